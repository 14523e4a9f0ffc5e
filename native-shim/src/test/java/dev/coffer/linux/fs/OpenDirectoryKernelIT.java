package dev.coffer.linux.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenDirectoryKernelIT {
    private static final PathBytes F = PathBytes.of("f");
    private static final PathBytes CAPABILITY = PathBytes.of("security.capability");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path path;

    @SuppressWarnings("NullAway.Init")
    private OpenDirectory directory;

    @BeforeEach
    void open() throws IOException {
        directory = OpenDirectory.open(path);
    }

    @AfterEach
    void close() {
        directory.close();
    }

    @Test
    void setsEveryAttributeOfAFile() throws IOException {
        byte[] capability = {1, 0, 0, 2, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        try (OpenFile file = directory.createFile(F, 0600)) {
            file.write("hello".getBytes(StandardCharsets.UTF_8), 1, 3);
            file.seek(1 << 20);
            file.write(new byte[] {1}, 0, 1);
            file.chown(70000, 80000);
            file.chmod(04755);
            file.setXattr(CAPABILITY, capability);
            file.setTimes(-5, 123456789);
        }
        FileStatus status = directory.status(F).orElseThrow();
        assertThat(status.isRegular()).isTrue();
        assertThat(status.permissions()).isEqualTo(04755);
        assertThat(status.uid()).isEqualTo(70000);
        assertThat(status.gid()).isEqualTo(80000);
        assertThat(status.size()).isEqualTo((1 << 20) + 1);
        assertThat(status.blocks() * 512).isLessThan(1 << 17);
        assertThat(status.modifiedSeconds()).isEqualTo(-5);
        assertThat(status.modifiedNanos()).isEqualTo(123456789);
        assertThat(directory.xattr(F, CAPABILITY)).hasValue(capability);
        assertThat(directory.xattr(F, PathBytes.of("trusted.none"))).isEmpty();
        byte[] read = new byte[10];
        try (OpenFile file = directory.openFile(F)) {
            assertThat(file.read(read, 2, 3)).isEqualTo(3);
        }
        assertThat(read).startsWith(0, 0, 'e', 'l', 'l', 0);
    }

    @Test
    void makesNodesLinksAndNamesThatAreNotText() throws IOException {
        PathBytes odd = PathBytes.of(new byte[] {(byte) 0xff, 'x'});
        directory.makeNode(odd, FileStatus.CHARACTER_DEVICE | 0600, 0x1ab, 0x12345);
        FileStatus device = directory.status(odd).orElseThrow();
        assertThat(device.rdevMajor()).isEqualTo(0x1ab);
        assertThat(device.rdevMinor()).isEqualTo(0x12345);
        directory.makeNode(PathBytes.of("wh"), FileStatus.CHARACTER_DEVICE, 0, 0);
        assertThat(directory.status(PathBytes.of("wh")).orElseThrow().isOverlayWhiteout())
                .isTrue();

        PathBytes link = PathBytes.of("link");
        directory.makeSymlink(link, odd);
        directory.setXattr(link, PathBytes.of("trusted.x"), new byte[] {7});
        directory.chown(link, 5, 6);
        directory.setTimes(link, 42, 0);
        assertThat(directory.readLink(link)).isEqualTo(odd);
        assertThat(directory.xattr(link, PathBytes.of("trusted.x"))).hasValue(new byte[] {7});
        assertThat(directory.status(link).orElseThrow().uid()).isEqualTo(5);
        assertThat(directory.status(odd).orElseThrow().uid()).isZero();
        directory.link(directory, odd, PathBytes.of("second"));
        assertThat(directory.status(odd).orElseThrow().links()).isEqualTo(2);
        directory.removeFile(odd);
        assertThat(directory.status(odd)).isEmpty();
    }

    @Test
    void removesImmutableFilesAndDirectories() throws IOException, InterruptedException {
        Path tree = Files.createDirectories(path.resolve("t/in"));
        Files.writeString(tree.resolve("file"), "x");
        int status = new ProcessBuilder("chattr", "+i", tree.resolve("file").toString(), tree.toString())
                .redirectErrorStream(true)
                .start()
                .waitFor();
        org.junit.jupiter.api.Assumptions.assumeTrue(status == 0, "no chattr or no such attribute on this file system");
        Trees.remove(path.resolve("t"));
        assertThat(path.resolve("t")).doesNotExist();
    }

    @Test
    void neverCrossesAMountAndNamesIt() throws IOException, InterruptedException {
        Path mounted = Files.createDirectories(path.resolve("t/a/mounted"));
        run("mount", "-t", "tmpfs", "tmpfs", mounted.toString());
        try {
            Files.writeString(mounted.resolve("precious"), "x");
            assertThatThrownBy(() -> Trees.remove(path.resolve("t")))
                    .isInstanceOfSatisfying(
                            ErrnoException.class,
                            e -> assertThat(e.is(Errno.EXDEV)).isTrue())
                    .hasMessageContaining("t/a/mounted");
            assertThat(mounted.resolve("precious")).exists();
        } finally {
            run("umount", mounted.toString());
        }
        Path source = Files.createDirectories(path.resolve("source"));
        Files.writeString(source.resolve("precious"), "x");
        run("mount", "--bind", source.toString(), mounted.toString());
        try {
            assertThatThrownBy(() -> Trees.remove(path.resolve("t"))).hasMessageContaining("t/a/mounted");
            assertThatThrownBy(() -> Trees.remove(mounted)).hasMessageContaining("mounted");
            assertThat(source.resolve("precious")).exists();
        } finally {
            run("umount", mounted.toString());
        }
        Trees.remove(path.resolve("t"));
        assertThat(path.resolve("t")).doesNotExist();
    }

    @Test
    void aLockIsHeldOnceAndFreedByClose() throws IOException {
        try (OpenDirectory second = OpenDirectory.open(path)) {
            assertThat(directory.tryLock()).isTrue();
            assertThat(second.tryLock()).isFalse();
            directory.close();
            assertThat(second.tryLock()).isTrue();
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
