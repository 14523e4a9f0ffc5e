package dev.coffer.isolators.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolation.ReportsUsage;
import dev.coffer.isolation.Updatable;
import dev.coffer.isolators.Specs;
import dev.coffer.isolators.contract.HostIsolatorContract;
import dev.coffer.linux.quota.ProjectQuotas.Account;
import dev.coffer.linux.quota.ProjectQuotas.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectQuotaTest extends HostIsolatorContract {
    private static final ContainerId ONE = new ContainerId("one");
    private static final ContainerId TWO = new ContainerId("two");
    private static final long MB = 1 << 20;

    private final FakeQuotas quotas = new FakeQuotas();

    @TempDir
    private Path directory;

    private HostIsolator isolator(FlagValues flags) {
        return (HostIsolator) new ProjectQuotaProvider(ProjectQuotaProvider.XFS, quotas)
                .create(setting(flags))
                .get(0);
    }

    private IsolatorSetting setting(FlagValues flags) {
        return new IsolatorSetting(
                flags, List.of(), directory.resolve("run"), directory.resolve("work"), directory.resolve("work/s"));
    }

    private static FlagValues enforced() {
        return FlagValues.DEFAULTS.with(DiskFlags.ENFORCE, true).withText(DiskFlags.PROJECTS, "[70-71]");
    }

    private ContainerSpec sandboxed(ContainerId id, long bytes) {
        try {
            Files.createDirectories(
                    directory.resolve("work/s").resolve(id.value()).resolve("rootfs/upper"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ContainerSpec spec = Specs.DEFAULT.spec(id.value());
        return new ContainerSpec(
                id,
                spec.image(),
                spec.process(),
                Resources.UNLIMITED.withDisk(bytes),
                spec.isolation(),
                spec.security(),
                spec.stdio(),
                spec.sandbox());
    }

    @Override
    protected HostIsolator isolator() {
        return isolator(FlagValues.DEFAULTS);
    }

    @Override
    protected ContainerSpec spec(ContainerId id) {
        return sandboxed(id, MB);
    }

    /** Not the project id, which the sandbox keeps. */
    @Override
    protected String traces(ContainerId id) {
        Path state = directory.resolve("run/isolators/disk/xfs").resolve(id.value());
        return Files.exists(state) ? state.toString() : "";
    }

    @Override
    protected void breakNextCreate() {
        quotas.broken = true;
    }

    @Override
    protected void repair() {
        quotas.broken = false;
    }

    @Test
    void marksTheWholeSandboxWithTheLowestIdThatNothingIsCountedFor() {
        quotas.accounts.put(70L, new Account(4096, 1));

        isolator(enforced()).resourceFor(ONE).create(sandboxed(ONE, MB));

        Path sandbox = directory.resolve("work/s/one");
        assertThat(quotas.projects)
                .containsOnlyKeys(sandbox, sandbox.resolve("rootfs"), sandbox.resolve("rootfs/upper"));
        assertThat(quotas.projects.values()).containsOnly(71L);
    }

    @Test
    void givesAnIdBackWhenTheTreeIsGoneAndNotBefore() throws IOException {
        HostIsolator isolator = isolator(enforced().withText(DiskFlags.PROJECTS, "[70-70]"));
        var first = isolator.resourceFor(ONE);
        first.create(sandboxed(ONE, MB));
        first.close();

        assertThatThrownBy(() -> isolator.resourceFor(TWO).create(sandboxed(TWO, MB)))
                .isInstanceOf(IsolationException.class)
                .hasMessageContaining("coffer cleanup");
        isolator.resourceFor(TWO).close();
        dev.coffer.linux.fs.Trees.remove(directory.resolve("work/s/one"));
        isolator.resourceFor(TWO).create(sandboxed(TWO, MB));

        assertThat(quotas.projects.get(directory.resolve("work/s/two"))).isEqualTo(70);
    }

    @Test
    void limitsOnlyIfToldToAndLeavesHeadroomIfItKills() {
        isolator(enforced()).resourceFor(ONE).create(sandboxed(ONE, 4 * MB));
        assertThat(quotas.limits).containsEntry(70L, "0/" + 4 * MB);

        isolator(enforced().with(DiskFlags.KILL, true).with(DiskFlags.HEADROOM, MB))
                .resourceFor(TWO)
                .create(sandboxed(TWO, 4 * MB));
        assertThat(quotas.limits).containsEntry(71L, 4 * MB + "/" + 5 * MB);

        ((Updatable) isolator(FlagValues.DEFAULTS).resourceFor(ONE)).update(Resources.UNLIMITED.withDisk(MB));
        assertThat(quotas.limits).containsEntry(70L, "0/0");
    }

    @Test
    void knowsWhatAnotherProcessMadeAndToleratesWhatNobodyDid() {
        isolator(enforced()).resourceFor(ONE).create(sandboxed(ONE, 4 * MB));
        quotas.accounts.put(70L, new Account(8192, 3));
        sandboxed(TWO, MB);
        HostIsolator successor = isolator(enforced());

        assertThat(((ReportsUsage) successor.resourceFor(ONE)).usage().get(Statistic.DISK_USED))
                .hasValue(8192);
        assertThat(((ReportsUsage) successor.resourceFor(TWO)).usage().get(Statistic.DISK_USED))
                .isEmpty();
        assertThatThrownBy(() -> ((Updatable) successor.resourceFor(TWO)).update(Resources.UNLIMITED.withDisk(MB)))
                .isInstanceOf(IsolationException.class)
                .hasMessage(
                        "cannot limit disk space of container two: it was started without disk/xfs; launch it again");
        successor.resourceFor(TWO).close();
    }

    @Test
    void aRecordThatWasInterruptedIsTakenBack() throws IOException {
        Path ids = Files.createDirectories(directory.resolve("work/isolators/project_ids"));
        Files.createFile(ids.resolve("70"));
        Files.createFile(ids.resolve("71"));

        isolator(enforced()).resourceFor(ONE).create(sandboxed(ONE, MB));

        assertThat(Files.readString(ids.resolve("70"))).isEqualTo("one");
    }

    @Test
    void saysWhatTheHostLacks() {
        Optional<String> missing =
                new ProjectQuotaProvider(ProjectQuotaProvider.XFS, quotas).missing(setting(FlagValues.DEFAULTS));

        assertThat(missing.orElseThrow()).matches("/.* is (not )?on .+; .*(disk/du|disk/ext4|prjquota).*");
    }

    @Test
    void diskDuAsksTheQuotaOnlyIfTheSandboxHasAProjectOfItsOwn() throws IOException {
        Path parent = Files.createDirectories(directory.resolve("walked"));
        Path sandbox = Files.createDirectory(parent.resolve("one"));
        Files.write(sandbox.resolve("file"), new byte[10_000]);
        quotas.accounts.put(70L, new Account(123, 1));
        SpaceTaken space = new SpaceTaken(quotas);
        assertThat(space.of(sandbox)).isGreaterThanOrEqualTo(10_000);

        quotas.projects.put(sandbox, 70L);
        assertThat(space.of(sandbox)).isEqualTo(123);

        quotas.projects.put(parent, 70L);
        assertThat(space.of(sandbox)).isGreaterThanOrEqualTo(10_000);
        quotas.projects.remove(parent);
        quotas.state = State.OFF;
        assertThat(space.of(sandbox)).isGreaterThanOrEqualTo(10_000);
    }
}
