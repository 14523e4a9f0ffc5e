package dev.coffer.image.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.image.InvalidImageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerConfigTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private static DockerConfig config(String json) throws IOException {
        return DockerConfig.parse(
                "--docker_config",
                json.replace('\'', '"').getBytes(StandardCharsets.UTF_8),
                CredentialPrograms.REFUSED);
    }

    private static String auth(String pair) {
        return "{'auth':'" + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)) + "'}";
    }

    private static String user(CredentialSource config, String host, String repository) throws IOException {
        return config.find(host, repository)
                .map(credential -> ((Credential.Basic) credential).user())
                .orElse("nobody");
    }

    @Test
    void findsARegistryHoweverItsKeyIsWritten() throws IOException {
        DockerConfig config = config("{'auths':{'https://reg.example:5000/v2/':" + auth("a:p:w") + ",'Quay.io':"
                + auth("q:x") + ",'https://index.docker.io/v1/':" + auth("hub:x") + ",'quay.io/team':" + auth("t:x")
                + ",'empty.example':{}}}");
        assertThat(config.find("reg.example:5000", "x")).contains(new Credential.Basic("a", "p:w"));
        assertThat(user(config, "reg.example", "x")).isEqualTo("nobody");
        assertThat(user(config, "docker.io", "library/debian")).isEqualTo("hub");
        assertThat(user(config, "quay.io", "other/app")).isEqualTo("q");
        assertThat(user(config, "quay.io", "team/app")).isEqualTo("t");
        assertThat(user(config, "quay.io", "teams/app")).isEqualTo("q");
        assertThat(user(config, "empty.example", "x")).isEqualTo("nobody");
    }

    @Test
    void readsTheOldFormAndEveryKindOfSecret() throws IOException {
        assertThat(user(config("{'https://old.example':{'auth':'b2xkOng=','email':'e'}}"), "old.example", "x"))
                .isEqualTo("old");
        DockerConfig config = config("{'auths':{'a':{'identitytoken':'i'},'b':{'registrytoken':'r'},"
                + "'c':{'username':'u','password':'p'}},'HttpHeaders':{'x':'y'},'psFormat':'z'}");
        assertThat(config.find("a", "x")).contains(new Credential.IdentityToken("i"));
        assertThat(config.find("b", "x")).contains(new Credential.RegistryToken("r"));
        assertThat(config.find("c", "x")).contains(new Credential.Basic("u", "p"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hunter2",
                "{'auths':{'a':{'auth':hunter2}}}",
                "{'auths':{'a':{'auth':'hunter2%%'}}}",
                "{'auths':{'a':{'auth':'aHVudGVyMg=='}}}",
                "{'auths':{'a':{'registrytoken':'hunter2 \\n'}}}",
                "{'auths':'hunter2'}",
                "{'auths':{'a':{'auth':['hunter2']}}}",
                "{'credHelpers':'hunter2'}",
                "['hunter2']"
            })
    void complainsWithoutQuotingAnything(String json) {
        assertThatThrownBy(() -> config(json))
                .isInstanceOf(InvalidImageException.class)
                .hasMessageContaining("--docker_config")
                .satisfies(e -> assertThat(Throwables.getStackTrace(e)).doesNotContain("hunter2", "aHVudGVyMg"));
    }

    @Test
    void noTextShowsASecret() throws IOException {
        DockerConfig config = config("{'auths':{'a':" + auth("u:hunter2") + ",'b':{'identitytoken':'hunter2'}}}");
        assertThat(config.toString()).doesNotContain("hunter2");
        assertThat(config.find("a", "x").toString()).doesNotContain("hunter2");
        assertThat(config.find("b", "x").toString()).doesNotContain("hunter2");
        assertThat(new Credential.RegistryToken("hunter2").toString()).doesNotContain("hunter2");
    }

    private HelperPrograms helper(String name, String script) throws IOException {
        Path program = directory.resolve("docker-credential-" + name);
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return new HelperPrograms(
                Map.of(
                        "PATH",
                        "relative:" + directory + ":/usr/bin:/bin",
                        "AWS_PROFILE",
                        "p",
                        "COFFER_DOCKER_CONFIG",
                        "s"),
                Duration.ofSeconds(5));
    }

    private static DockerConfig with(CredentialPrograms helpers, String json) throws IOException {
        return DockerConfig.parse("x", json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), helpers);
    }

    @Test
    void asksAHelperByStandardInputAndNeverByArgument() throws IOException {
        Path seen = directory.resolve("seen");
        HelperPrograms helper = helper(
                "x",
                "{ echo \"$# $1\"; cat; echo; env; } > " + seen
                        + "\necho '{\"Username\":\"u\",\"Secret\":\"hunter2\"}'");
        DockerConfig config =
                with(helper, "{'credHelpers':{'reg.example':'x'},'auths':{'reg.example':" + auth("no:no") + "}}");
        assertThat(config.find("reg.example", "r")).contains(new Credential.Basic("u", "hunter2"));
        assertThat(Files.readAllLines(seen))
                .startsWith("1 get", "reg.example")
                .contains("AWS_PROFILE=p")
                .noneMatch(line -> line.startsWith("COFFER_"));
        assertThat(user(config, "other.example", "r")).isEqualTo("nobody");
    }

    @Test
    void asksTheStoreForHubByItsOldNameAndGoesOnWithoutAnAnswer() throws IOException {
        HelperPrograms store = helper(
                "s",
                "read server\ncase $server in https://index.docker.io/v1/) echo"
                        + " '{\"Username\":\"<token>\",\"Secret\":\"i\"}';; *) echo 'credentials not found in native"
                        + " keychain'; exit 1;; esac");
        DockerConfig config = with(store, "{'credsStore':'s','auths':{'b.example':" + auth("file:x") + "}}");
        assertThat(config.find("docker.io", "library/x")).contains(new Credential.IdentityToken("i"));
        assertThat(user(config, "b.example", "x")).isEqualTo("file");
        assertThat(config.find("c.example", "x")).isEmpty();
    }

    @Test
    void saysWhyAHelperGaveNothingWithoutWhatItSaid() throws IOException {
        HelperPrograms broken = helper("broken", "echo hunter2; echo hunter2 >&2; exit 3");
        assertThatThrownBy(() -> broken.get("broken", "r.example"))
                .hasMessageContaining("cannot get credentials for r.example")
                .hasMessageContaining("status 3")
                .hasMessageNotContaining("hunter2");
        assertThatThrownBy(() -> helper("odd", "echo hunter2").get("odd", "r.example"))
                .hasMessageContaining("is not JSON")
                .satisfies(e -> assertThat(Throwables.getStackTrace(e)).doesNotContain("hunter2"));
        assertThatThrownBy(() -> broken.get("missing", "r")).hasMessageContaining("not on the PATH");
        for (String name : new String[] {"../evil", "a b", "", "a;b"}) {
            assertThatThrownBy(() -> broken.get(name, "r")).hasMessageContaining("cannot run a credential helper");
        }
        HelperPrograms slow = new HelperPrograms(Map.of("PATH", directory + ":/bin"), Duration.ofMillis(200));
        helper("slow", "sleep 60");
        assertThatThrownBy(() -> slow.get("slow", "r")).hasMessageContaining("did not end within");
    }

    @Test
    void aConfigurationThatComesWithAnImageRunsNothing() throws IOException {
        DockerConfig config = config("{'credHelpers':{'r.example':'x'},'credsStore':'y'}");
        assertThatThrownBy(() -> config.find("r.example", "x")).hasMessageContaining("may not name programs");
        assertThatThrownBy(() -> config.find("other.example", "x")).hasMessageContaining("may not name programs");
    }

    @Test
    void oneSourceGoesBeforeAnother() throws IOException {
        CredentialSource both = config("{'auths':{'a':" + auth("first:x") + "}}")
                .orElse(config("{'auths':{'a':" + auth("second:x") + ",'b':" + auth("b:x") + "}}"));
        assertThat(user(both, "a", "r")).isEqualTo("first");
        assertThat(user(both, "b", "r")).isEqualTo("b");
        assertThat(both.find("c", "r")).isEqualTo(Optional.empty());
    }
}
