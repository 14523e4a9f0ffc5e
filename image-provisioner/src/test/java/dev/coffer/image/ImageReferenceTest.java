package dev.coffer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
    private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

    @ParameterizedTest
    @CsvSource({
        "debian, docker.io/library/debian:latest",
        "debian:12, docker.io/library/debian:12",
        "docker.io/debian, docker.io/library/debian:latest",
        "index.docker.io/a/b, docker.io/a/b:latest",
        "a/b/c:T_1.x-y, docker.io/a/b/c:T_1.x-y",
        "localhost/a, localhost/a:latest",
        "localhost:5000/a:1, localhost:5000/a:1",
        "127.0.0.1:5000/a__b/c-d--e, 127.0.0.1:5000/a__b/c-d--e:latest",
        "[::1]:5000/a, '[::1]:5000/a:latest'",
        "quay.io/a.b/c, quay.io/a.b/c:latest"
    })
    void readsRegistryReferences(String text, String normal) {
        assertThat(ImageReference.parse(text)).hasToString(normal);
        assertThat(ImageReference.parse(normal)).isEqualTo(ImageReference.parse(text));
    }

    @Test
    void aDigestNeedsNoTagAndMayHaveOne() {
        assertThat(ImageReference.parse("debian@" + DIGEST)).hasToString("docker.io/library/debian@" + DIGEST);
        assertThat(ImageReference.parse("r.io/debian:12@" + DIGEST)).hasToString("r.io/debian:12@" + DIGEST);
    }

    @Test
    void readsLocalReferences() {
        Path here = Path.of("").toAbsolutePath();
        assertThat(ImageReference.parse("oci:dir"))
                .isEqualTo(new ImageReference.OciDirectory(here.resolve("dir"), Optional.empty()));
        assertThat(ImageReference.parse("oci:/a:b/c:v1"))
                .isEqualTo(new ImageReference.OciDirectory(Path.of("/a:b/c"), Optional.of("v1")));
        assertThat(ImageReference.parse("oci-archive:/x.tar"))
                .isEqualTo(new ImageReference.OciArchive(Path.of("/x.tar")));
        assertThat(ImageReference.parse("docker-archive:/x.tar:a/b:1"))
                .isEqualTo(new ImageReference.DockerArchive(Path.of("/x.tar"), Optional.of("a/b:1")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "a:",
                "a@",
                "a@sha256:12",
                "a/B",
                "a.-b.io/x",
                "a//b",
                "/a",
                "a/",
                "a..b",
                "a_-b",
                "-a",
                "a-",
                "a:-x",
                "a:x y",
                "host:99999/a",
                "host:0/a",
                "host:/a",
                "ho st.x/a",
                "[::1/a",
                "oci:",
                "oci:/a:",
                "oci-archive:",
                "docker-archive:/x:",
                "oci:/a\nb",
                "a\u0000b",
                "..",
                "../etc",
                "ex_ample.com/a",
                "a@md5:abc"
            })
    void refusesAndNamesWhatIsNotAReference(String text) {
        assertThatThrownBy(() -> ImageReference.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("image reference '")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @Test
    void boundsItsLengths() {
        assertThatThrownBy(() -> ImageReference.parse("a".repeat(256))).hasMessageContaining("more than 255");
        assertThatThrownBy(() -> ImageReference.parse("a:" + "b".repeat(129))).hasMessageContaining("more than 128");
    }
}
