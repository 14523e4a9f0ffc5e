package dev.coffer.cli.host;

import dev.coffer.agent.Host;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.process.Processes;
import dev.coffer.shim.OwnerMapping;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether containers can have users of their own. */
final class UserExamination {
    private static final String NAMESPACES = "user namespaces";
    private static final Path LIMIT = Path.of("/proc/sys/user/max_user_namespaces");

    private UserExamination() {}

    static List<Finding> findings(HostConfig config) {
        if (!Files.exists(Path.of("/proc/self/ns/user"))) {
            return List.of(Finding.limited(NAMESPACES, "this kernel is built without them; --userns cannot be used"));
        }
        if (isExhausted()) {
            return List.of(Finding.limited(
                    NAMESPACES, "none may be made: " + LIMIT + " is 0; sysctl -w user.max_user_namespaces=10000"));
        }
        List<Finding> findings = new ArrayList<>();
        Optional<String> conflict = Host.userRangeConflict(config);
        findings.add(
                conflict.isPresent()
                        ? Finding.limited(NAMESPACES, conflict.get())
                        : Finding.ok(NAMESPACES, "available; --userns auto uses them"));
        if (Processes.isRoot()) {
            Set<Path> directories = new LinkedHashSet<>();
            directories.add(existing(config.workDirectory()));
            directories.add(existing(config.storeDirectory()));
            directories.forEach(directory -> findings.add(mapping(directory)));
        }
        return findings;
    }

    private static boolean isExhausted() {
        try {
            return new String(Files.readAllBytes(LIMIT), StandardCharsets.US_ASCII)
                    .strip()
                    .equals("0");
        } catch (IOException noSuchLimit) {
            return false;
        }
    }

    private static Path existing(Path directory) {
        Path found = directory;
        while (!Files.exists(found) && found.getParent() != null) {
            found = found.getParent();
        }
        return found;
    }

    private static Finding mapping(Path directory) {
        String what = "idmapped mounts";
        try {
            OwnerMapping.attempt(directory);
            return Finding.ok(what, "on " + directory);
        } catch (ErrnoException e) {
            return Finding.limited(
                    what,
                    e.is(Errno.EINVAL)
                            ? "the file system of " + directory + " cannot map owners, so images cannot be run with"
                                    + " --userns there; put it on ext4, xfs or btrfs"
                            : "cannot try them on " + directory + ": " + e.getMessage());
        } catch (IOException e) {
            return Finding.limited(what, "cannot try them on " + directory + ": " + e.getMessage());
        }
    }
}
