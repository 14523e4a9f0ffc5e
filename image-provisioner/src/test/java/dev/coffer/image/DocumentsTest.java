package dev.coffer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentsTest {
    private static final String D = "\"sha256:" + "ab".repeat(32) + "\"";

    private static byte[] json(String text) {
        return text.replace('\'', '"').replace("$D", D).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsAConfiguration() throws InvalidImageException {
        ImageConfiguration configuration = ImageConfiguration.parse(json(
                "{'architecture':'amd64','os':'linux','created':'x','rootfs':{'diff_ids':[$D]},'config':{'Entrypoint':"
                        + "['/e'],'Cmd':null,'Env':['A=b'],'WorkingDir':'','User':'u','StopSignal':'SIGINT'}}"));
        assertThat(configuration.diffIds()).hasSize(1);
        assertThat(configuration.runtime().entrypoint()).containsExactly("/e");
        assertThat(configuration.runtime().command()).isEmpty();
        assertThat(configuration.runtime().workingDirectory()).isEmpty();
        assertThat(configuration.runtime().stopSignal()).hasValue("SIGINT");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|is not an object",
                "{|is not JSON",
                "\"x\"|is not an object",
                "{\"config\":[]}|config is not an object",
                "{\"config\":{\"Env\":\"A\"}}|Env is not an array",
                "{\"config\":{\"Env\":[1]}}|Env is not a string",
                "{\"config\":{\"User\":{}}}|User is not a string",
                "{\"config\":{\"Cmd\":[\"a\\u0000b\"]}}|Cmd is not a string without NUL",
                "{\"rootfs\":{\"diff_ids\":[\"sha256:zz\"]}}|diff_ids: sha256 digest must have 64"
            })
    void namesTheFieldThatIsWrong(String document, String cause) {
        assertThatThrownBy(() -> ImageConfiguration.parse(document.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(InvalidImageException.class)
                .hasMessageContaining(cause);
    }

    @Test
    void survivesDeepNesting() {
        byte[] deep = "[".repeat(100_000).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> ImageConfiguration.parse(deep)).isInstanceOf(InvalidImageException.class);
    }

    @Test
    void choosesByPlatformAndSaysWhatThereIs() throws InvalidImageException {
        ImageIndex index = ImageIndex.parse(json("{'manifests':["
                + "{'digest':$D,'size':1,'platform':{'os':'linux','architecture':'s390x'}},"
                + "{'digest':$D,'size':2,'platform':{'os':'linux','architecture':'arm64','variant':'v8'}},"
                + "{'digest':$D,'size':3,'platform':{'os':'unknown','architecture':'unknown'}}]}"));
        assertThat(index.choose(new Platform("linux", "arm64", Optional.empty()))
                        .size())
                .isEqualTo(2);
        assertThatThrownBy(() -> index.choose(new Platform("linux", "amd64", Optional.empty())))
                .hasMessage("the image has no variant for linux/amd64; it offers linux/s390x, linux/arm64/v8");
    }

    @Test
    void refusesSchemaOneAndStrangeLayers() {
        assertThatThrownBy(() -> Manifest.isIndex("", json("{'schemaVersion':1,'fsLayers':[]}")))
                .hasMessageContaining("schema 1");
        assertThatThrownBy(() -> Manifest.parse(json("{'config':{'digest':$D,'size':1},'layers':[{'mediaType':"
                        + "'application/vnd.oci.image.layer.v1.tar+gzip+encrypted','digest':$D,'size':1}]}")))
                .hasMessageContaining("encrypted");
        assertThatThrownBy(() -> Manifest.parse(json("{'config':{'digest':$D,'size':-1}}")))
                .hasMessageContaining("size");
    }

    @Test
    void digestsAreExact() {
        assertThat(Digest.of(new byte[0]))
                .hasToString("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assertThatThrownBy(() -> Digest.parse("sha256:" + "AB".repeat(32))).hasMessageContaining("lower-case");
        assertThat(Digest.parse("sha512:" + "0".repeat(128)).algorithm()).isEqualTo(Digest.Algorithm.SHA512);
    }
}
