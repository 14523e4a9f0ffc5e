package dev.coffer.it.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.image.PullPolicy;
import dev.coffer.it.support.HostSnapshot;
import dev.coffer.it.support.Specs;
import dev.coffer.it.support.TestHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The main job: a Debian made by debootstrap, pulled from a real registry, run isolated and limited. */
class DebianImageIT {
    private static TestHost host;
    private static LocalRegistry registry;
    private static String reference;

    @BeforeAll
    static void pushImage() throws IOException, InterruptedException {
        Path layout = Path.of(System.getProperty("coffer.debianImage", "../.cache/debian/oci"))
                .toAbsolutePath()
                .normalize();
        assertThat(layout.resolve("index.json"))
                .as("the Debian image; build/debian-image.sh makes it")
                .exists();
        host = new TestHost();
        registry = new LocalRegistry(host.directories().base());
        registry.push("oci:" + layout + ":bookworm", "debian:bookworm");
        reference = registry.address() + "/debian:bookworm";
    }

    @AfterAll
    static void stop() throws IOException {
        registry.close();
        host.close();
    }

    @Test
    void runsDebianFromTheRegistry() throws Exception {
        HostSnapshot before = HostSnapshot.take(host.directories());
        ContainerSpec spec = debian("grep PRETTY /etc/os-release; dpkg-query -W | wc -l; id -un;"
                + " getent passwd nobody | cut -d: -f1; perl -e 'print 6*7, qq(\\n)'");

        String output = host.run(spec).stdout();

        assertThat(output).startsWith("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n");
        String[] lines = output.split("\n", -1);
        assertThat(Integer.parseInt(lines[1].strip())).isGreaterThan(60);
        assertThat(output).endsWith("root\nnobody\n42\n");
        assertThat(HostSnapshot.take(host.directories()).processes()).isEqualTo(before.processes());
        assertThat(HostSnapshot.take(host.directories()).cgroups()).isEqualTo(before.cgroups());
    }

    @Test
    void installsAndRemovesAPackageFileByFileInItsOwnLayer() throws Exception {
        String output = host.run(
                        debian(
                                "dpkg --verify; dpkg -r --force-depends --force-remove-essential hostname > /dev/null && ! command -v hostname && echo removed"))
                .stdout();

        assertThat(output).endsWith("removed\n");
        assertThat(host.run(debian("command -v hostname")).stdout()).isEqualTo("/usr/bin/hostname\n");
    }

    @Test
    void runsAsAnAccountOfTheImage() throws Exception {
        ContainerSpec spec =
                Specs.as(debian(""), Optional.of("www-data"), true, "/bin/sh", "-c", "id; su 2>&1 | tail -n 1");

        assertThat(host.run(spec).stdout())
                .startsWith("uid=33(www-data) gid=33(www-data) groups=33(www-data)\n")
                .doesNotContain("uid=0");
    }

    @Test
    void refusesABlobThatDoesNotMatchItsDigestAndLeavesNothing() throws Exception {
        registry.push("oci:" + busyboxLayout() + ":latest", "broken:latest");
        corruptLargestBlobOf("broken");

        assertThatThrownBy(() -> host.host()
                        .images()
                        .pull(registry.address() + "/broken:latest", PullPolicy.ALWAYS, (blob, done, total) -> {}))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("broken:latest");
        assertThat(host.host().images().list())
                .noneMatch(image -> image.reference().contains("broken"));
        try (Stream<Path> staging =
                Files.list(host.directories().config().storeDirectory().resolve("staging"))) {
            assertThat(staging).isEmpty();
        }
    }

    @Test
    void namesATagThatDoesNotExist() {
        assertThatThrownBy(() -> host.host()
                        .images()
                        .pull(registry.address() + "/debian:none", PullPolicy.MISSING, (blob, done, total) -> {}))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("debian:none");
    }

    private static ContainerSpec debian(String script)
            throws InterruptedException, ExecutionException, TimeoutException {
        ContainerId id = host.newId();
        return Specs.script(id, Optional.of(reference), script);
    }

    private static String busyboxLayout() throws IOException {
        return host.image().orElseThrow().replaceFirst("^oci:", "").replaceFirst(":latest$", "");
    }

    /** Same length, other bytes, in the registry's own files: what a bad disk or a hostile mirror would serve. */
    private static void corruptLargestBlobOf(String name) throws IOException {
        Path blobs = host.directories().base().resolve("registry/docker/registry/v2/blobs/sha256");
        String manifest = Files.readString(Path.of(busyboxLayout(), "index.json"), StandardCharsets.UTF_8);
        assertThat(manifest).as("manifest of %s", name).contains("sha256");
        try (Stream<Path> files = Files.walk(Path.of(busyboxLayout(), "blobs/sha256"))) {
            Path largest = files.filter(Files::isRegularFile)
                    .max(java.util.Comparator.comparingLong(
                            file -> file.toFile().length()))
                    .orElseThrow();
            String digest = largest.getFileName().toString();
            Path data = blobs.resolve(digest.substring(0, 2)).resolve(digest).resolve("data");
            byte[] bytes = Files.readAllBytes(data);
            bytes[bytes.length / 2] ^= 0x55;
            Files.write(data, bytes);
        }
    }
}
