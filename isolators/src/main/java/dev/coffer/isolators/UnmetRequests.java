package dev.coffer.isolators;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Fault;
import dev.coffer.isolation.LaunchContext;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.PlanIsolator;
import java.util.List;

/** Refuses what a request asks for in so many words and no isolator of {@code --isolation} provides. */
final class UnmetRequests implements PlanIsolator {
    private final List<String> isolators;

    UnmetRequests(List<String> isolators) {
        this.isolators = isolators;
    }

    @Override
    public String name() {
        return "requests";
    }

    @Override
    public List<LaunchStep> plan(LaunchContext context) {
        ContainerSpec spec = context.spec();
        if (spec.resources().diskBytes().isPresent() && !hasOne("disk/du", "disk/xfs", "disk/ext4")) {
            throw refused(
                    "limit disk space to " + spec.resources().diskBytes().getAsLong() + " bytes",
                    "disk/du, or disk/xfs or disk/ext4 where the file system counts projects");
        }
        if (!spec.isolation().devices().nodes().isEmpty() && !hasOne("linux/devices")) {
            throw refused(
                    "give device " + spec.isolation().devices().nodes().get(0).hostPath(), "linux/devices");
        }
        if (spec.isolation().devices().wholeGpus() > 0 && !hasOne("gpu/nvidia")) {
            throw refused("give " + spec.isolation().devices().wholeGpus() + " GPUs", "gpu/nvidia");
        }
        return List.of();
    }

    private boolean hasOne(String... names) {
        for (String name : names) {
            if (isolators.contains(name)) {
                return true;
            }
        }
        return false;
    }

    private static IsolationException refused(String what, String isolator) {
        return new IsolationException(
                Fault.USER_SPEC,
                "cannot " + what + ": no isolator for that is chosen; add " + isolator + " to --isolation");
    }
}
