package dev.coffer.cli.host;

import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.CgroupHierarchies;
import dev.coffer.linux.cgroup.CgroupHierarchy;
import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import dev.coffer.linux.process.Processes;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Which controllers there are, in which hierarchy. */
final class CgroupExamination {
    private static final Map<String, String> CONTROLLERS =
            new TreeMap<>(Map.of("cpu", "--cpus", "memory", "--mem", "pids", "--pids"));

    private CgroupExamination() {}

    static List<Finding> findings(String root) {
        List<Finding> findings = new ArrayList<>();
        try {
            CgroupHierarchies hierarchies = CgroupHierarchies.detect();
            CONTROLLERS.forEach((controller, option) ->
                    findings.add(finding(controller, option, hierarchies.carrying(controller), root)));
        } catch (ErrnoException e) {
            findings.add(Finding.broken("cgroups", "cannot be read: " + e.getMessage() + "; mount cgroup2"));
        }
        return findings;
    }

    private static Finding finding(String controller, String option, Optional<CgroupHierarchy> hierarchy, String root) {
        String what = "cgroup " + controller;
        if (hierarchy.isEmpty()) {
            return Finding.limited(
                    what,
                    "no such controller is mounted or delegated, so " + option
                            + " is refused; enable it at boot or in cgroup.subtree_control");
        }
        String place = hierarchy.get().mount() + "/" + root;
        String version = hierarchy.get().version() == Version.V1 ? "v1" : "v2";
        if (Processes.isRoot() && !Files.isWritable(hierarchy.get().mount())) {
            return Finding.broken(
                    what,
                    version + " at " + hierarchy.get().mount() + ", which is read-only to us; mount -o" + " remount,rw "
                            + hierarchy.get().mount());
        }
        return Finding.ok(what, version + ", containers below " + place);
    }
}
