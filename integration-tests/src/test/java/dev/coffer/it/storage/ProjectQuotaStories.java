package dev.coffer.it.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coffer.agent.Host;
import dev.coffer.container.ContainerException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Termination;
import dev.coffer.container.Termination.Reason;
import dev.coffer.isolators.disk.DiskFlags;
import dev.coffer.it.support.Specs;
import dev.coffer.it.support.TestHost;
import dev.coffer.linux.fs.Trees;
import dev.coffer.linux.quota.ProjectQuotas;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What holds with disk/xfs and disk/ext4 alike, on a file system of that kind in a file. */
@SuppressWarnings("NullAway.Init") // every test begins with open()
abstract class ProjectQuotaStories {
    private static final long MB = 1 << 20;

    private LoopImage disk;
    private TestHost host;
    private boolean handedOver;

    abstract String isolator();

    abstract List<String> mkfs();

    /** The work directory is on the new file system. */
    private void open(Map<String, String> settings) throws IOException {
        Map<String, String> all = new HashMap<>(settings);
        all.put("COFFER_ISOLATION", "filesystem/linux,namespaces/pid,namespaces/net,linux/capabilities," + isolator());
        all.put("COFFER_ENFORCE_CONTAINER_DISK_QUOTA", "true");
        all.putIfAbsent("COFFER_CONTAINER_DISK_WATCH_INTERVAL", "200ms");
        all.put("COFFER_SANDBOX_DIRECTORY", "/sandbox");
        host = new TestHost(directories -> {
            disk = LoopImage.mounted(
                    mkfs(),
                    directories.base().resolve("disk"),
                    directories.config().workDirectory());
            return all;
        });
    }

    @AfterEach
    void close() throws Exception {
        if (handedOver) {
            disk.close();
            host.directories().close();
            return;
        }
        for (ContainerId id : host.containerizer().containers()) {
            host.awaitDestroyed(id);
        }
        disk.close();
        host.close();
    }

    private ContainerSpec limited(String script, long bytes) {
        return Specs.with(host.script(script), Resources.UNLIMITED.withDisk(bytes));
    }

    private Path sandbox(ContainerId id) {
        return host.config().workDirectory().resolve("sandboxes/" + id);
    }

    private long used(ContainerId id) {
        return host.containerizer()
                .usage(id)
                .orElseThrow()
                .get(Statistic.DISK_USED)
                .orElse(-1);
    }

    /** Which id is whose, as it is on the disk. */
    private Map<String, String> ids() throws IOException {
        Map<String, String> ids = new TreeMap<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(host.config().workDirectory().resolve("isolators/project_ids"), "[0-9]*")) {
            for (Path file : files) {
                ids.put(String.valueOf(file.getFileName()), Files.readString(file));
            }
        }
        return ids;
    }

    @Test
    void aWriteBeyondTheLimitFailsInTheRootAndInTheSandbox() throws Exception {
        open(Map.of());
        // what it says goes through a pipe: no log can be written either then
        String fill = "head -c 3m /dev/zero > /a && echo fits;"
                + " said=$(head -c 8m /dev/zero 2>&1 > /b); echo $? \"$said\";"
                + " said=$(head -c 8m /dev/zero 2>&1 > /sandbox/c); echo $? \"$said\"";

        TestHost.Result result = host.run(limited(fill, 6 * MB));

        assertThat(result.termination().reason()).isEqualTo(Reason.EXITED);
        assertThat(result.stdout().lines()).hasSize(3).startsWith("fits");
        assertThat(result.stdout().lines().skip(1))
                .allMatch(line -> line.matches("1 .*(Disk quota exceeded|No space left on device|I/O error)"));
    }

    @Test
    void theSpaceIsKnownAtOnceAndTheLimitCanChange() throws Exception {
        open(Map.of());
        ContainerSpec spec = limited(
                "head -c 3m /dev/zero > /a; echo > /sandbox/written; while [ ! -e /sandbox/go ]; do sleep 0.1; done;"
                        + " head -c 8m /dev/zero > /b; echo $?; exec sleep 1000",
                6 * MB);
        host.containerizer().launch(spec);
        Path sandbox = sandbox(spec.id());
        await().atMost(Duration.ofMinutes(2)).until(() -> Files.exists(sandbox.resolve("written")));

        assertThat(used(spec.id())).isBetween(3 * MB, 4 * MB);
        host.containerizer().update(spec.id(), Resources.UNLIMITED.withDisk(20 * MB));
        Files.createFile(sandbox.resolve("go"));

        await().atMost(Duration.ofMinutes(2)).until(() -> host.output(spec.id(), "stdout"), "0\n"::equals);
        assertThat(used(spec.id())).isBetween(11 * MB, 12 * MB);
        assertThat(host.containerizer()
                        .usage(spec.id())
                        .orElseThrow()
                        .get(Statistic.DISK_LIMIT)
                        .orElse(0))
                .isEqualTo(20 * MB);
    }

    @Test
    void killsBeyondTheLimitIfToldTo() throws Exception {
        open(Map.of("COFFER_XFS_KILL_CONTAINERS", "true", "COFFER_XFS_QUOTA_HEADROOM", "2MB"));
        ContainerSpec spec = limited("head -c 8m /dev/zero > /a; echo $? > /sandbox/status; exec sleep 1000", 4 * MB);
        host.containerizer().launch(spec);

        Termination termination = host.awaitExit(spec.id());

        assertThat(termination.reason()).isEqualTo(Reason.DISK_LIMIT);
        assertThat(termination.limitation().orElseThrow().resource()).isEqualTo("disk:4");
        long held = ProjectQuotas.ofThisKernel()
                .account(sandbox(spec.id()), ProjectQuotas.ofThisKernel().projectOf(sandbox(spec.id())))
                .bytes();
        assertThat(held).isLessThanOrEqualTo(6 * MB);
    }

    @Test
    void anIdIsGivenBackOnceTheTreeIsGone() throws Exception {
        open(Map.of("COFFER_XFS_PROJECT_RANGE", "[7000-7001]"));
        ContainerSpec first = host.script("true");
        host.run(first);
        ContainerSpec second = host.script("true");
        host.run(second);
        assertThat(ids())
                .containsExactly(
                        Map.entry("7000", first.id().value()),
                        Map.entry("7001", second.id().value()));

        assertThatThrownBy(() -> host.run(host.script("true")))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("all of --xfs_project_range [7000-7001] are taken");
        Trees.remove(sandbox(first.id()));
        ContainerSpec third = host.script("true");
        // XFS takes removed files off the account a moment later
        await().atMost(Duration.ofMinutes(1))
                .ignoreExceptionsInstanceOf(ContainerException.class)
                .until(() -> host.run(third) != null);

        assertThat(ids())
                .containsExactly(
                        Map.entry("7000", third.id().value()),
                        Map.entry("7001", second.id().value()));
    }

    @Test
    void anotherAgentFindsTheIdsAndTheLimitsOfWhatRuns() throws Exception {
        // an agent in this process goes on watching when it is closed: this one never looks
        open(Map.of("COFFER_XFS_KILL_CONTAINERS", "true", "COFFER_CONTAINER_DISK_WATCH_INTERVAL", "1hrs"));
        ContainerSpec spec = limited(
                "while [ ! -e /sandbox/go ]; do sleep 0.1; done; head -c 8m /dev/zero > /a; sleep 1000", 4 * MB);
        host.containerizer().launch(spec);
        host.host().close();
        handedOver = true;

        try (Host successor = Host.open(
                host.config().with(host.config().flags().with(DiskFlags.WATCH_INTERVAL, Duration.ofMillis(200))))) {
            assertThat(successor.recover().running()).containsExactly(spec.id());
            assertThat(successor
                            .containerizer()
                            .usage(spec.id())
                            .orElseThrow()
                            .get(Statistic.DISK_USED)
                            .orElse(-1))
                    .isBetween(0L, MB);
            Files.createFile(sandbox(spec.id()).resolve("go"));
            Termination termination = successor
                    .containerizer()
                    .termination(spec.id())
                    .orElseThrow()
                    .get(5, java.util.concurrent.TimeUnit.MINUTES);
            assertThat(termination.reason()).isEqualTo(Reason.DISK_LIMIT);
            successor.containerizer().destroy(spec.id()).orElseThrow().get(5, java.util.concurrent.TimeUnit.MINUTES);
        }
    }

    @Test
    void diskDuAsksTheQuotaInsteadOfWalking() throws Exception {
        open(Map.of());
        ContainerSpec spec = host.script("head -c 3m /dev/zero > /a; exec sleep 1000");
        host.containerizer().launch(spec);
        Path sandbox = sandbox(spec.id());
        ProjectQuotas quotas = ProjectQuotas.ofThisKernel();

        assertThat(quotas.projectOf(sandbox)).isEqualTo(5000);
        assertThat(quotas.projectOf(sandbox.resolve("rootfs/upper"))).isEqualTo(5000);
        await().atMost(Duration.ofMinutes(2)).until(() -> used(spec.id()) >= 3 * MB);
        assertThat(used(spec.id())).isEqualTo(Trees.usedBytes(sandbox));
    }
}
