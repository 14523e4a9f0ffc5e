package dev.coffer.it.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A file system in a file, mounted with quotas of projects; the loop device goes with the mount. */
final class LoopImage implements AutoCloseable {
    private static final long BYTES = 400L << 20; // mkfs.xfs wants 300 MB; the file has holes

    private final Path image;
    private final Path mount;

    private LoopImage(Path image, Path mount) {
        this.image = image;
        this.mount = mount;
    }

    static LoopImage mounted(List<String> mkfs, Path image, Path mount) {
        try {
            try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                file.setLength(BYTES);
            }
            List<String> command = new ArrayList<>(mkfs);
            command.add(image.toString());
            run(command.toArray(new String[0]));
            run("mount", "-o", "loop,prjquota", image.toString(), mount.toString());
            return new LoopImage(image, mount);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        run("umount", mount.toString());
        assertThat(loopDevices()).noneMatch(file -> file.startsWith(image.toString()));
    }

    private static List<String> loopDevices() throws IOException {
        List<String> files = new ArrayList<>();
        try (DirectoryStream<Path> devices = Files.newDirectoryStream(Path.of("/sys/block"), "loop*")) {
            for (Path device : devices) {
                Path file = device.resolve("loop/backing_file");
                if (Files.exists(file)) {
                    files.add(Files.readString(file));
                }
            }
        }
        return files;
    }

    private static void run(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            assertThat(process.waitFor())
                    .as(Arrays.toString(command) + " said " + output)
                    .isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
