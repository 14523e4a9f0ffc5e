package dev.coffer.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The kinds of system that kernel tests run on. */
public enum Kernel {
    /** The machine the build runs on, with controllers in v1 hierarchies (a cgroup2 beside them makes it hybrid). */
    HOST_V1,
    /** The machine the build runs on, with nothing but cgroup v2. */
    HOST_V2,
    /** The emulated machine that {@code ./dev check} boots: Debian's cloud kernel, nothing but cgroup v2, no network. */
    VM_V2;

    /** The system this JVM runs on; the VM announces itself with {@code -Dcoffer.kernel=vm}. */
    public static Kernel present() {
        if ("vm".equals(System.getProperty("coffer.kernel"))) {
            return VM_V2;
        }
        try {
            return hasOnlyV2(Files.readAllLines(Path.of("/proc/self/mountinfo"))) ? HOST_V2 : HOST_V1;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read mounts of this host", e);
        }
    }

    /** As {@code ./dev check} prints it: {@code host-v1}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** In mountinfo(5) the mount point is field 5 and the file-system type follows the lone hyphen. */
    static boolean hasOnlyV2(List<String> mountinfo) {
        return mountinfo.stream()
                .anyMatch(line -> line.split(" ", 6)[4].equals("/sys/fs/cgroup") && line.contains(" - cgroup2 "));
    }
}
