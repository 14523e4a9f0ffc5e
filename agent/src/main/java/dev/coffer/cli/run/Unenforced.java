package dev.coffer.cli.run;

import dev.coffer.container.ContainerSpec;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolators.disk.DiskFlags;
import java.util.ArrayList;
import java.util.List;

/** Requests that nobody meets, because {@code --isolation} does not name the isolator that would: obeyed, but not silently. */
final class Unenforced {
    private Unenforced() {}

    /** One line for each. */
    static List<String> of(ContainerSpec spec, List<String> isolators, FlagValues flags) {
        List<String> lines = new ArrayList<>();
        add(lines, spec.resources().cpus().isPresent(), "--cpus", "cgroups/cpu", isolators);
        add(lines, spec.resources().memoryBytes().isPresent(), "--mem", "cgroups/mem", isolators);
        add(lines, spec.resources().pids().isPresent(), "--pids", "cgroups/pids", isolators);
        add(lines, !spec.security().rlimits().isEmpty(), "--ulimit", "posix/rlimits", isolators);
        add(lines, spec.isolation().hostname().isPresent(), "--hostname", "namespaces/uts", isolators);
        String apparmor = spec.security().profiles().apparmor().orElse("unconfined");
        add(lines, !apparmor.equals("unconfined"), "--security-opt apparmor", "linux/apparmor", isolators);
        if (spec.resources().diskBytes().isPresent() && !flags.get(DiskFlags.ENFORCE)) {
            lines.add("--disk is only measured against: " + DiskFlags.ENFORCE + " is not set");
        }
        return lines;
    }

    private static void add(List<String> lines, boolean asked, String option, String isolator, List<String> isolators) {
        if (asked && !isolators.contains(isolator)) {
            lines.add(option + " has no effect: " + isolator + " is not in --isolation");
        }
    }
}
