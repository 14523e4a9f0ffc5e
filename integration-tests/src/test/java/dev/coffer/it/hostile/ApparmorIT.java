package dev.coffer.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.SecuritySpec.Profiles;
import dev.coffer.it.support.Specs;
import dev.coffer.testing.ExcludedOnKernel;
import dev.coffer.testing.Kernel;
import dev.coffer.testing.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Profiles of AppArmor, in the kernel. */
@KernelTest
@ExcludedOnKernel(value = Kernel.HOST_V1, reason = "its kernel may have been started without AppArmor")
@ExcludedOnKernel(value = Kernel.HOST_V2, reason = "its kernel may have been started without AppArmor")
class ApparmorIT {
    private static final String NAME = "coffer-test";

    private static final String PROFILE = """
        profile coffer-test flags=(attach_disconnected) {
          file,
          capability,
          network,
          signal,
          deny /etc/shadowed rw,
          deny /forbidden/** w,
        }
        """;

    private static HostileHost hostile;

    @BeforeAll
    static void openHost() throws IOException, InterruptedException {
        hostile = new HostileHost(directories -> Map.of(
                "COFFER_ISOLATION",
                "filesystem/linux,cgroups/cpu,cgroups/mem,cgroups/pids,namespaces/pid,namespaces/net,"
                        + "docker/runtime,linux/capabilities,linux/apparmor,linux/nnp"));
        parser("-r");
    }

    @AfterAll
    static void closeHost() throws IOException, InterruptedException {
        parser("-R");
        hostile.close();
    }

    private static void parser(String action) throws IOException, InterruptedException {
        Path profile = hostile.host().directories().base().resolve("coffer-test.profile");
        Files.writeString(profile, PROFILE);
        Process process = new ProcessBuilder("apparmor_parser", "--skip-cache", action, profile.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    private static ContainerSpec under(String profile, String script) {
        return Specs.with(
                hostile.script(script),
                SecuritySpec.DEFAULT.with(new Profiles(Optional.empty(), Optional.of(profile))));
    }

    @Test
    void deniesWhatTheProfileDenies() throws Exception {
        String script = "cat /proc/self/attr/current; mkdir /forbidden; echo x > /etc/shadowed; cat /etc/shadowed;"
                + " echo x > /forbidden/file; echo y > /etc/other; cat /etc/other";

        assertThat(hostile.run(under(NAME, script)))
                .startsWith("coffer-test (enforce)\ny\n")
                .contains("can't create /etc/shadowed: Permission denied")
                .contains("can't create /forbidden/file: Permission denied");
        assertThat(hostile.run(under("unconfined", script))).isEqualTo("unconfined\nx\ny");
    }

    @Test
    void confinesWhatTheTaskStartsToo() throws Exception {
        assertThat(hostile.run(under(NAME, "sh -c 'sh -c \"cat /proc/self/attr/current\"'")))
                .isEqualTo("coffer-test (enforce)");
    }

    @Test
    void refusesAProfileThatTheKernelHasNotLoaded() {
        assertThatThrownBy(() -> hostile.run(under("absent", "true")))
                .isInstanceOf(IsolationException.class)
                .hasMessageContaining("'absent': it is not loaded");
    }
}
