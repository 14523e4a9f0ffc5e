package dev.coffer.isolators.cgroup;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.container.Resources;
import dev.coffer.container.Tuning;
import java.util.Optional;

/** Refuses what is asked of controllers that the host does not have, or the operator did not choose. */
record Wishes(CgroupLayout layout, String container) {
    void require(Resources limits) {
        if (limits.cpus().isPresent()) {
            requireAvailable(
                    "cgroups/cpu",
                    "limit processors",
                    Double.toString(limits.cpus().getAsDouble()));
        }
        if (limits.memoryBytes().isPresent()) {
            requireAvailable("cgroups/mem", "limit memory", limits.memoryBytes().getAsLong() + " bytes");
        }
        if (limits.pids().isPresent()) {
            requireAvailable(
                    "cgroups/pids", "limit tasks", Long.toString(limits.pids().getAsLong()));
        }
        if (!limits.tuning().equals(Tuning.NONE)) {
            requireChosen(limits.tuning());
        }
        if (limits.requests().cpus().isPresent()) {
            requireAvailable(
                    "cgroups/cpu",
                    "share processors",
                    Double.toString(limits.requests().cpus().getAsDouble()));
        }
        for (CgroupTree tree : layout.trees()) {
            for (Controller controller : tree.controllers()) {
                Optional<String> unsupported = controller.unsupported(limits);
                if (unsupported.isPresent()) {
                    throw new IsolationException(
                            Fault.USER_SPEC, "cannot limit container " + container + ": " + unsupported.get());
                }
            }
        }
    }

    private void requireChosen(Tuning tuning) {
        requireChosen(tuning.memory().equals(Tuning.Memory.DEFAULT), "memory", "cgroups/mem");
        boolean placed = tuning.cpu().exclusive() > 0
                || tuning.cpu().memoryNodes().isPresent()
                || tuning.cpu().processors().isPresent();
        requireChosen(!placed, "processors", "cgroups/cpuset");
        boolean shared = tuning.cpu().burstMicros().isPresent()
                || tuning.cpu().idle()
                || tuning.cpu().revocable();
        requireChosen(!shared, "processors", "cgroups/cpu");
        requireChosen(tuning.io().equals(Tuning.Io.DEFAULT), "block devices", "cgroups/io", "cgroups/blkio");
        requireChosen(tuning.hugetlb().isEmpty(), "huge pages", "cgroups/hugetlb");
        requireChosen(tuning.misc().isEmpty(), "the misc controller", "cgroups/misc");
        requireChosen(tuning.access().devices().isEmpty(), "devices", "cgroups/devices");
    }

    private void requireChosen(boolean nothingAsked, String what, String... isolators) {
        if (nothingAsked) {
            return;
        }
        for (String isolator : isolators) {
            if (layout.has(isolator)) {
                return;
            }
        }
        throw new IsolationException(
                Fault.USER_SPEC,
                "cannot tune " + what + " of container " + container + ": no isolator does that; add "
                        + String.join(" or ", isolators) + " to --isolation");
    }

    private void requireAvailable(String controller, String verb, String limit) {
        String remedy = layout.missing().get(controller);
        if (remedy != null) {
            throw new IsolationException(
                    Fault.HOST_SETUP,
                    "cannot " + verb + " of container " + container + " to " + limit + ": " + controller
                            + " finds no such controller on this host; " + remedy);
        }
    }
}
