package dev.coffer.isolators.cgroup;

import dev.coffer.linux.cgroup.DeviceRule;
import java.util.ArrayList;
import java.util.List;

/** The devices that every container may use, those of the Mesos agent: what is in a container's {@code /dev}, and tun. */
final class DefaultDevices {
    private static final List<String> RULES = List.of(
            "c *:* m", // makes nodes of any kind: a node that may not be opened is of no use
            "b *:* m",
            "c 5:1 rwm", // console
            "c 4:0 rwm", // tty0
            "c 4:1 rwm", // tty1
            "c 136:* rwm", // pts
            "c 5:2 rwm", // ptmx
            "c 10:200 rwm", // net/tun
            "c 1:3 rwm", // null
            "c 1:5 rwm", // zero
            "c 1:7 rwm", // full
            "c 5:0 rwm", // tty
            "c 1:9 rwm", // urandom
            "c 1:8 rwm"); // random

    private DefaultDevices() {}

    /** The default and more, in normal form. */
    static List<DeviceRule> and(List<DeviceRule> more) {
        List<DeviceRule> all = new ArrayList<>();
        RULES.forEach(rule -> all.add(DeviceRule.parse(rule)));
        all.addAll(more);
        return DeviceRule.normalised(all);
    }
}
