package dev.coffer.isolators.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Requests;
import dev.coffer.container.Resources;
import dev.coffer.container.Tuning;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.Updatable;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.CgroupHierarchies;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests and limits as they are written: the arithmetic of the Mesos agent, on both versions. */
final class LimitArithmeticTest {
    private static final ContainerId ID = new ContainerId("c");
    private static final String V1_CPU = "/cg/cpu,cpuacct/coffer/c/";
    private static final String V1_MEMORY = "/cg/memory/coffer/c/memory.";
    private static final String V2 = "/cg2/coffer/c/";
    private static final long MB = 1 << 20;

    private final FakeCgroupFiles v1 = FakeHosts.v1Files();
    private final FakeCgroupFiles v2 = FakeHosts.v2Files();

    private static Resources requested(double cpus, long memory) {
        return Resources.UNLIMITED.with(new Requests(OptionalDouble.of(cpus), OptionalLong.of(memory)));
    }

    private static Resources limited(double cpus, long memory) {
        return new Resources(OptionalDouble.of(cpus), OptionalLong.of(memory), OptionalLong.empty());
    }

    private static HostResource create(CgroupHierarchies on, Resources resources, FlagValues flags) {
        HostResource resource = new CgroupsIsolator(
                        on,
                        "coffer",
                        CgroupsIsolator.ALL_CONTROLLERS,
                        CgroupSettings.of(flags, Path.of("/nowhere")),
                        Duration.ZERO)
                .resourceFor(ID);
        resource.create(CgroupSpecs.of(ID, resources));
        return resource;
    }

    private HostResource createOnBoth(Resources resources, FlagValues flags) throws ErrnoException {
        create(FakeHosts.v1(v1), resources, flags);
        return create(FakeHosts.v2(v2, "rw"), resources, flags);
    }

    @ParameterizedTest
    @CsvSource({"1, 1024, 100", "0.5, 512, 50", "0.7, 716, 70", "0.001, 2, 1", "4, 4096, 400", "200, 204800, 10000"})
    void sharesComeFromTheRequest(double cpus, long shares, long weight) {
        CpuController arithmetic = CgroupSettings.DEFAULT.cpu();
        assertThat(arithmetic.shares(requested(cpus, MB))).hasValue(shares);
        assertThat(arithmetic.weight(requested(cpus, MB))).hasValue(weight);
        assertThat(arithmetic.quota(requested(cpus, MB))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1, 100000", "0.5, 50000", "0.29, 29000", "0.001, 1000", "2.5, 250000"})
    void theQuotaComesFromTheLimitOrWithCfsFromTheRequest(double cpus, long quota) {
        CpuController cfs = new CpuController(true, true);
        assertThat(cfs.quota(requested(cpus, MB))).hasValue(quota);
        assertThat(CgroupSettings.DEFAULT.cpu().quota(limited(cpus, MB))).hasValue(quota);
        assertThat(cfs.quota(limited(Double.POSITIVE_INFINITY, MB)
                        .with(requested(cpus, MB).requests())))
                .isEmpty();
    }

    @Test
    void revocableProcessorsCountLittleUnlessToldOtherwise() {
        Resources revocable = requested(2, MB)
                .with(Tuning.NONE.with(new Tuning.Cpu(OptionalLong.empty(), false, true, 0, Optional.empty())));
        assertThat(new CpuController(false, true).shares(revocable)).hasValue(20);
        assertThat(new CpuController(false, true).weight(revocable)).hasValue(2);
        assertThat(new CpuController(false, false).shares(revocable)).hasValue(2048);
    }

    @Test
    void writesNothingThatTheKernelHasAlready() throws ErrnoException {
        createOnBoth(requested(1, MB), FlagValues.DEFAULTS);
        assertThat(v1.journal).noneMatch(line -> line.startsWith(V1_CPU));
        assertThat(v2.journal).noneMatch(line -> line.startsWith(V2 + "cpu"));
    }

    @Test
    void aRequestOfMemoryIsSoftLimitAndLimitAndNeverBelow32Mb() throws ErrnoException {
        createOnBoth(requested(1, 16 * MB), FlagValues.DEFAULTS);
        assertThat(v1.journal)
                .contains(V1_MEMORY + "soft_limit_in_bytes = 33554432", V1_MEMORY + "limit_in_bytes = 33554432");
        assertThat(v2.journal).contains(V2 + "memory.low = 33554432", V2 + "memory.max = 33554432");
    }

    @Test
    void aLimitOfMemoryIsHardAboveTheRequest() throws ErrnoException {
        createOnBoth(limited(1, 256 * MB).with(requested(1, 64 * MB).requests()), FlagValues.DEFAULTS);
        assertThat(v1.journal)
                .contains(V1_MEMORY + "soft_limit_in_bytes = 67108864", V1_MEMORY + "limit_in_bytes = 268435456");
        assertThat(v2.journal).contains(V2 + "memory.low = 67108864", V2 + "memory.max = 268435456");
    }

    @Test
    void anInfiniteLimitOverrulesTheRequest() throws ErrnoException {
        createOnBoth(
                limited(1, Resources.INFINITE_MEMORY).with(requested(1, 64 * MB).requests()), FlagValues.DEFAULTS);
        assertThat(v1.journal).noneMatch(line -> line.startsWith(V1_MEMORY + "limit_in_bytes"));
        assertThat(v2.journal).noneMatch(line -> line.startsWith(V2 + "memory.max"));
    }

    @Test
    void limitsSwapOnlyWhenTold() throws ErrnoException {
        createOnBoth(limited(1, 64 * MB), FlagValues.DEFAULTS.with(CgroupFlags.LIMIT_SWAP, true));
        assertThat(v1.journal)
                .containsSubsequence(
                        V1_MEMORY + "limit_in_bytes = 67108864", V1_MEMORY + "memsw.limit_in_bytes = 67108864");
        assertThat(v2.journal).contains(V2 + "memory.swap.max = 0");
    }

    @Test
    void raisesTheLimitWithSwapFirstAndLowersItLast() throws ErrnoException {
        HostResource resource =
                create(FakeHosts.v1(v1), limited(1, 64 * MB), FlagValues.DEFAULTS.with(CgroupFlags.LIMIT_SWAP, true));
        v1.journal.clear();
        ((Updatable) resource).update(limited(1, 128 * MB));
        ((Updatable) resource).update(limited(1, 96 * MB));
        assertThat(v1.journal.stream()
                        .filter(line -> line.contains("limit_in_bytes = 1"))
                        .toList())
                .isEqualTo(List.of(
                        V1_MEMORY + "memsw.limit_in_bytes = 134217728",
                        V1_MEMORY + "limit_in_bytes = 134217728",
                        V1_MEMORY + "limit_in_bytes = 100663296",
                        V1_MEMORY + "memsw.limit_in_bytes = 100663296"));
    }

    @Test
    void reclaimsBeforeItLowersAndRefusesWhatCannotBeReclaimed() throws ErrnoException {
        HostResource resource = create(FakeHosts.v2(v2, "rw"), limited(1, 256 * MB), FlagValues.DEFAULTS);
        v2.set(V2 + "memory.current", Long.toString(200 * MB));
        v2.journal.clear();
        assertThatThrownBy(() -> ((Updatable) resource).update(limited(2, 64 * MB)))
                .isInstanceOf(IsolationException.class)
                .hasMessage(
                        "cannot update container c: memory cannot be limited to 67108864 bytes: 209715200 bytes are in"
                                + " use and cannot be reclaimed; the limit of 268435456 bytes still holds; everything else was"
                                + " changed");
        assertThat(v2.journal)
                .containsSubsequence(
                        V2 + "memory.high = 67108864", V2 + "memory.high = max", V2 + "cpu.max = 200000 100000")
                .noneMatch(line -> line.startsWith(V2 + "memory.max"));
    }

    @Test
    void whatIsAbsentBecomesUnlimited() throws ErrnoException {
        HostResource resource = createOnBoth(limited(2, 64 * MB), FlagValues.DEFAULTS);
        ((Updatable) resource).update(Resources.UNLIMITED);
        assertThat(v2.journal)
                .contains(
                        V2 + "cpu.max = max 100000",
                        V2 + "memory.max = max",
                        V2 + "pids.max = max",
                        V2 + "cpu.weight = 100");
    }

    @Test
    void burstIsTakenBackBeforeTheQuotaShrinks() throws ErrnoException {
        Tuning burst = Tuning.NONE.with(new Tuning.Cpu(OptionalLong.of(80_000), false, false, 0, Optional.empty()));
        HostResource resource = createOnBoth(limited(1, 64 * MB).with(burst), FlagValues.DEFAULTS);
        assertThat(v2.journal).containsSubsequence(V2 + "cpu.max = 100000 100000", V2 + "cpu.max.burst = 80000");
        v2.journal.clear();
        ((Updatable) resource).update(limited(0.5, 64 * MB).with(burst));
        assertThat(v2.journal)
                .containsSubsequence(
                        V2 + "cpu.max.burst = 0", V2 + "cpu.max = 50000 100000", V2 + "cpu.max.burst = 50000");
    }

    @Test
    void highAndTogetherAreForV2() throws ErrnoException {
        Tuning tuning = Tuning.NONE.with(new Tuning.Memory(OptionalLong.of(48 * MB), OptionalLong.of(16 * MB), true));
        create(FakeHosts.v2(v2, "rw"), limited(1, 64 * MB).with(tuning), FlagValues.DEFAULTS);
        assertThat(v2.journal)
                .contains(
                        V2 + "memory.high = 50331648", V2 + "memory.swap.max = 16777216", V2 + "memory.oom.group = 1");
        CgroupHierarchies onV1 = FakeHosts.v1(v1);
        assertThatThrownBy(() -> create(onV1, limited(1, 64 * MB).with(tuning), FlagValues.DEFAULTS))
                .hasMessageContaining("memory.high and memory.oom.group need cgroup v2");
        assertThat(v1.directories()).doesNotContain("/cg/memory/coffer/c");
    }

    @Test
    void ranksBurstableTasksByTheirRequest() {
        long host = 8192 * MB;
        Resources burstable = limited(1, 4096 * MB).with(requested(1, 2048 * MB).requests());
        assertThat(MemoryLimits.oomScoreAdjustment(burstable, host)).hasValue(750);
        assertThat(MemoryLimits.oomScoreAdjustment(requested(1, 2048 * MB).effective(), host))
                .isEmpty();
        assertThat(OomScore.hostBytes("MemTotal:        8388608 kB\nMemFree: 1 kB\n"))
                .isEqualTo(host);
    }

    @Test
    void refusesARequestAboveItsLimit() {
        assertThatThrownBy(() -> limited(1, 64 * MB).with(requested(2, MB).requests()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cpus requested must not be more than the limit");
    }
}
