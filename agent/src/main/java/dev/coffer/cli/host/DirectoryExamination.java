package dev.coffer.cli.host;

import dev.coffer.agent.config.HostConfig;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.FileSystemStatus;
import dev.coffer.linux.fs.OpenDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Whether Coffer's directories are on file systems that suit them. Makes none of them. */
final class DirectoryExamination {
    private static final long MIN_FREE_BYTES = 1L << 30;

    /** Magic numbers of statfs(2) of file systems that overlayfs does not take as its writable layer. */
    private static final Map<Long, String> NO_UPPER = Map.of(
            FileSystemStatus.OVERLAY,
            "overlay",
            0x6969L,
            "nfs",
            0x65735546L,
            "fuse",
            0x4d44L,
            "vfat",
            0xff534d42L,
            "cifs",
            0x73717368L,
            "squashfs",
            0x01021997L,
            "9p");

    private final HostConfig config;

    DirectoryExamination(HostConfig config) {
        this.config = config;
    }

    List<Finding> findings() {
        return List.of(runtimeDirectory(), workDirectory(), store());
    }

    private Finding runtimeDirectory() {
        Path directory = config.runtimeDirectory();
        try {
            if (statusOf(directory).type() == FileSystemStatus.TMPFS) {
                return Finding.ok("runtime_dir", directory + ", on tmpfs");
            }
            return Finding.limited(
                    "runtime_dir",
                    directory + " is not on tmpfs: launches wait for the disk, and"
                            + " containers seem to survive a reboot; put it below /run");
        } catch (ErrnoException e) {
            return Finding.broken("runtime_dir", "cannot look at " + directory + ": " + e.getMessage());
        }
    }

    private Finding workDirectory() {
        Path directory = config.workDirectory();
        try {
            FileSystemStatus status = statusOf(directory);
            String unfit = NO_UPPER.get(status.type());
            if (unfit != null) {
                return Finding.broken(
                        "work_dir",
                        directory + " is on " + unfit + ", which overlay cannot write to;"
                                + " put it on ext4, xfs, btrfs or tmpfs");
            }
            if (status.availableBytes() < MIN_FREE_BYTES) {
                return Finding.limited(
                        "work_dir",
                        directory + " has " + (status.availableBytes() >> 20) + " MB free; images need room");
            }
            return Finding.ok("work_dir", directory + ", " + (status.availableBytes() >> 30) + " GB free");
        } catch (ErrnoException e) {
            return Finding.broken("work_dir", "cannot look at " + directory + ": " + e.getMessage());
        }
    }

    private Finding store() {
        return Finding.ok("docker_store_dir", config.storeDirectory().toString());
    }

    /** Of the file system on which the directory is or would be. */
    private static FileSystemStatus statusOf(Path directory) throws ErrnoException {
        Path existing = directory;
        while (!Files.isDirectory(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        try (OpenDirectory open = OpenDirectory.open(existing)) {
            return open.fileSystem();
        }
    }
}
