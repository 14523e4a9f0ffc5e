package dev.coffer.it.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** An OCI image layout of Debian's static busybox, with the accounts that tests need. */
public final class BusyboxImage {
    private static final List<String> APPLETS = List.of(
            "sh",
            "cat",
            "ls",
            "id",
            "hostname",
            "mount",
            "umount",
            "ps",
            "sleep",
            "true",
            "false",
            "echo",
            "kill",
            "head",
            "tail",
            "tr",
            "dd",
            "env",
            "pwd",
            "mkdir",
            "rm",
            "touch",
            "chmod",
            "chown",
            "ip",
            "wc",
            "grep",
            "stat",
            "mknod",
            "date",
            "test",
            "seq",
            "su",
            "trap",
            "find",
            "ulimit",
            "unshare",
            "readlink",
            "stty",
            "tty",
            "nc");
    private static final String PASSWD =
            "root:x:0:0:root:/root:/bin/sh\nworker:x:1000:1000::/home/worker:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n";
    private static final String GROUP = "root:x:0:\nworker:x:1000:\ndisk:x:6:worker\ntty:x:5:\n";

    private BusyboxImage() {}

    /** Something else that is in the image. */
    @FunctionalInterface
    public interface Addition {
        void addTo(TarArchiveOutputStream tar) throws IOException;
    }

    public static Addition symlink(String name, String destination) {
        return tar -> {
            TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            link.setLinkName(destination);
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
        };
    }

    public static Addition program(String name, Path source) {
        return tar -> file(tar, name, Files.readAllBytes(source), 0755);
    }

    public static Addition fifo(String name) {
        return tar -> {
            tar.putArchiveEntry(new TarArchiveEntry(name, TarConstants.LF_FIFO));
            tar.closeArchiveEntry();
        };
    }

    /** A device node, {@link TarConstants#LF_CHR} or {@link TarConstants#LF_BLK}. */
    public static Addition device(String name, byte type, int major, int minor) {
        return tar -> {
            TarArchiveEntry node = new TarArchiveEntry(name, type);
            node.setMode(0666);
            node.setDevMajor(major);
            node.setDevMinor(minor);
            tar.putArchiveEntry(node);
            tar.closeArchiveEntry();
        };
    }

    /** A file of that many zeroes. */
    public static Addition zeroes(String name, int size) {
        return tar -> file(tar, name, new byte[size], 0644);
    }

    /** Writes the layout into {@code directory} and returns the reference to run it by. */
    public static String write(Path directory) throws IOException {
        return write(directory, List.of(), Set.of());
    }

    /** The same without some of its entries and with others at the end. */
    public static String write(Path directory, List<Addition> additions, Set<String> without) throws IOException {
        Files.createDirectories(directory.resolve("blobs/sha256"));
        byte[] tar = layer(additions, without);
        byte[] gzip = gzip(tar);
        String layer = blob(directory, gzip);
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        String platform = arch.equals("aarch64") ? "arm64" : "amd64";
        byte[] config = ("{\"architecture\":\"" + platform + "\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"/bin/sh\"],"
                        + "\"Env\":[\"PATH=/bin\",\"FROM_IMAGE=yes\"]},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:"
                        + sha256(tar) + "\"]}}")
                .getBytes(StandardCharsets.UTF_8);
        byte[] manifest = ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                        + descriptor(
                                "config", "application/vnd.oci.image.config.v1+json", blob(directory, config), config)
                        + ",\"layers\":[{" + descriptor("", "application/vnd.oci.image.layer.v1.tar+gzip", layer, gzip)
                        + "}]}")
                .getBytes(StandardCharsets.UTF_8);
        String index = "{\"schemaVersion\":2,\"manifests\":[{"
                + descriptor("", "application/vnd.oci.image.manifest.v1+json", blob(directory, manifest), manifest)
                + ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"latest\"}}]}";
        Files.writeString(directory.resolve("index.json"), index);
        Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        return "oci:" + directory + ":latest";
    }

    private static String descriptor(String key, String type, String digest, byte[] content) {
        String fields =
                "\"mediaType\":\"" + type + "\",\"digest\":\"sha256:" + digest + "\",\"size\":" + content.length;
        return key.isEmpty() ? fields : "\"" + key + "\":{" + fields + "}";
    }

    private static String blob(Path directory, byte[] content) throws IOException {
        String digest = sha256(content);
        Files.write(directory.resolve("blobs/sha256").resolve(digest), content);
        return digest;
    }

    private static byte[] layer(List<Addition> additions, Set<String> without) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (String directory :
                    List.of("bin/", "etc/", "proc/", "sys/", "dev/", "tmp/", "root/", "home/", "home/worker/")) {
                if (without.contains(directory)) {
                    continue;
                }
                TarArchiveEntry entry = new TarArchiveEntry(directory);
                entry.setMode(directory.equals("tmp/") ? 01777 : 0755);
                if (directory.equals("home/worker/")) {
                    entry.setIds(1000, 1000);
                }
                tar.putArchiveEntry(entry);
                tar.closeArchiveEntry();
            }
            file(tar, "bin/busybox", Files.readAllBytes(Path.of("/bin/busybox")), 0755);
            if (!without.contains("etc/passwd")) {
                file(tar, "etc/passwd", PASSWD.getBytes(StandardCharsets.UTF_8), 0644);
            }
            file(tar, "etc/group", GROUP.getBytes(StandardCharsets.UTF_8), 0644);
            file(tar, "etc/not-executable", "text\n".getBytes(StandardCharsets.UTF_8), 0644);
            for (String applet : APPLETS) {
                TarArchiveEntry link = new TarArchiveEntry("bin/" + applet, TarConstants.LF_SYMLINK);
                link.setLinkName("busybox");
                tar.putArchiveEntry(link);
                tar.closeArchiveEntry();
            }
            for (Addition addition : additions) {
                addition.addTo(tar);
            }
        }
        return bytes.toByteArray();
    }

    private static void file(TarArchiveOutputStream tar, String name, byte[] content, int mode) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        entry.setMode(mode);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
