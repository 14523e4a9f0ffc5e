package dev.coffer.it.delegation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coffer.it.delegation.AgentCommand.Result;
import dev.coffer.it.support.TestDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An agent inside a container that Coffer itself started. */
final class NestedAgentKernelIT {
    private static final String OUTER = "outer";
    private static final String INNER = "inner";

    private TestDirectories directories;
    private AgentCommand agent;

    @BeforeEach
    void prepare() throws IOException {
        directories = new TestDirectories();
        agent = new AgentCommand(directories);
    }

    @AfterEach
    void removeEverything() throws IOException {
        directories.close();
    }

    /** What an agent needs that makes containers itself, and whatever else is said. */
    private List<String> outer(String... more) throws IOException {
        List<String> words = agent.words(OUTER);
        words.addAll(List.of("--mem=768m", "--cap-add=ALL", "--security-opt=seccomp=unconfined"));
        words.addAll(List.of("--security-opt=no-new-privileges=false"));
        words.addAll(List.of(more));
        words.addAll(agent.volumes());
        words.add("--");
        return words;
    }

    private List<String> inner(String... command) throws IOException {
        List<String> words = new ArrayList<>(agent.words(INNER));
        words.addAll(List.of("--mem=48m", "--"));
        words.addAll(List.of(command));
        return words;
    }

    @Test
    void limitsItsContainersBelowAWritableCgroupAndNothingElse() throws Exception {
        List<String> words = outer("--security-opt=writable-cgroups=true");
        words.addAll(inner("sleep", "600"));
        Set<String> before = CgroupsOutside.of(directories.config().cgroupsRoot());
        Process process = agent.start(words, OUTER);
        try {
            String id = directories.prefix() + "-" + INNER;
            await().atMost(Duration.ofMinutes(3)).until(() -> !process.isAlive() || limited(id));
            assertThat(process.isAlive()).as(Files.readString(agent.err(OUTER))).isTrue();
            Path container = CgroupsOutside.named(id).get(0);
            String root = directories.config().cgroupsRoot();
            assertThat(container.toString())
                    .contains("/" + root + "/" + directories.prefix() + "-" + OUTER + "/delegated/" + root + "/" + id);
            assertThat(CgroupsOutside.of(root)).isEqualTo(before);
        } finally {
            process.destroy();
            agent.await(process, OUTER);
        }
    }

    private static boolean limited(String id) throws IOException {
        for (Path cgroup : CgroupsOutside.named(id)) {
            for (String file : List.of("memory.max", "memory.limit_in_bytes")) {
                String limit = CgroupsOutside.content(cgroup.resolve(file)).orElse("");
                if (limit.equals(Long.toString(48 << 20))
                        && !CgroupsOutside.content(cgroup.resolve("cgroup.procs"))
                                .orElse("")
                                .isEmpty()) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void itsLimitsBite() throws Exception {
        List<String> words = outer("--security-opt=writable-cgroups=true");
        words.addAll(inner("dd", "if=/dev/zero", "of=/dev/null", "bs=209715200", "count=1"));
        Result result = agent.run(words, OUTER);

        assertThat(result.err()).contains("memory limit of " + (48 << 20) + " bytes exceeded");
        assertThat(result.status()).isEqualTo(137);
    }

    @Test
    void itsContainerCannotRaiseTheLimitsOfTheOneItIsIn() throws Exception {
        List<String> words = outer("--security-opt=writable-cgroups=true");
        words.addAll(List.of(
                "sh",
                "-c",
                "for f in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do"
                        + " [ ! -e $f ] || echo 2147483648 > $f; done;"
                        + " exec dd if=/dev/zero of=/dev/null bs=943718400 count=1"));

        assertThat(agent.run(words, OUTER).status()).isEqualTo(137);
    }

    @Test
    void refusesInOneLineWhereItMayNotWriteAndChangesNothing() throws Exception {
        List<String> words = outer();
        words.addAll(inner("true"));
        Set<String> before = CgroupsOutside.of(directories.config().cgroupsRoot());
        Result result = agent.run(words, OUTER);

        assertThat(result.status()).isEqualTo(125);
        assertThat(result.err().lines().filter(line -> line.contains("read-only") && line.contains("cgroup")))
                .as(result.err())
                .hasSize(1);
        assertThat(result.out()).isEmpty();
        assertThat(CgroupsOutside.of(directories.config().cgroupsRoot())).isEqualTo(before);
    }
}
