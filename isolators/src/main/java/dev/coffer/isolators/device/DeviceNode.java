package dev.coffer.isolators.device;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.MakeDevice;
import dev.coffer.isolation.LaunchStep.MakeDirectory;
import dev.coffer.linux.cgroup.DeviceRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A device as it is on the host, and where and how a container has it.
 *
 * @param access some of {@code r}, {@code w} and {@code m}
 */
record DeviceNode(String target, boolean block, int major, int minor, String access) {
    private static final int S_IFMT = 0xf000;
    private static final int S_IFCHR = 0x2000;
    private static final int S_IFBLK = 0x6000;
    private static final int DIRECTORY_MODE = 0755;

    /** What the path leads to now. */
    static DeviceNode of(Path host, String target, String access) {
        int mode;
        long device;
        try {
            mode = (Integer) Files.getAttribute(host, "unix:mode");
            device = (Long) Files.getAttribute(host, "unix:rdev");
        } catch (IOException e) {
            throw fault(host, "it cannot be found (" + e + "); name one that exists on this host");
        }
        int type = mode & S_IFMT;
        if (type != S_IFCHR && type != S_IFBLK) {
            throw fault(host, "it is neither a character nor a block device");
        }
        // see major(3)
        int major = (int) (((device >>> 32) & 0xfffff000L) | ((device >>> 8) & 0xfffL));
        int minor = (int) (((device >>> 12) & 0xffffff00L) | (device & 0xffL));
        return new DeviceNode(target, type == S_IFBLK, major, minor, access);
    }

    DeviceRule rule() {
        return new DeviceRule(block ? 'b' : 'c', OptionalInt.of(major), OptionalInt.of(minor), access);
    }

    /** Makes the node, with the directories above it that are not in {@code made} yet. */
    void addTo(List<LaunchStep> steps, Set<String> made) {
        for (int slash = target.indexOf('/', "/dev/".length()); slash > 0; slash = target.indexOf('/', slash + 1)) {
            String directory = target.substring(0, slash);
            if (made.add(directory)) {
                steps.add(new MakeDirectory(directory, DIRECTORY_MODE));
            }
        }
        if (made.add(target)) {
            steps.add(new MakeDevice(target, major, minor, (block ? S_IFBLK : 0) | permissions()));
        }
    }

    /** Everybody's: who may use it is decided by who has the container. */
    private int permissions() {
        return (access.contains("r") ? 0444 : 0) | (access.contains("w") ? 0222 : 0);
    }

    private static IsolationException fault(Path host, String cause) {
        return new IsolationException(Fault.USER_SPEC, "cannot give device " + host + " to a container: " + cause);
    }
}
