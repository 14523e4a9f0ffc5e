package dev.coffer.isolators.cgroup;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.flag.FlagValues;
import java.nio.file.Path;
import java.util.List;

/** What the flags say to the controllers. */
record CgroupSettings(
        CpuController cpu,
        boolean limitSwap,
        boolean countTasks,
        AllowedDevices allowedDevices,
        NetHandles netHandles,
        ExclusiveCpus exclusiveCpus,
        PerfSampling perf) {
    static final CgroupSettings DEFAULT = of(FlagValues.DEFAULTS, Path.of("/run/coffer/isolators/cgroups/cpuset"));

    /**
     * Reads the flags.
     *
     * @param cpusets where it is kept which container has processors to itself
     */
    static CgroupSettings of(FlagValues flags, Path cpusets) {
        return new CgroupSettings(
                new CpuController(flags.get(CgroupFlags.ENABLE_CFS), flags.get(CgroupFlags.REVOCABLE_LOW)),
                flags.get(CgroupFlags.LIMIT_SWAP),
                flags.get(CgroupFlags.COUNT_TASKS),
                flags.get(CgroupFlags.ALLOWED_DEVICES).orElse(AllowedDevices.NONE),
                netHandles(flags),
                new ExclusiveCpus(cpusets),
                perf(flags));
    }

    private static PerfSampling perf(FlagValues flags) {
        try {
            return new PerfSampling(
                    flags.get(CgroupFlags.PERF_EVENTS).orElse(List.of()),
                    flags.get(CgroupFlags.PERF_INTERVAL),
                    flags.get(CgroupFlags.PERF_DURATION));
        } catch (IllegalArgumentException e) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot use " + CgroupFlags.PERF_DURATION + " with " + CgroupFlags.PERF_INTERVAL + ": "
                            + e.getMessage(),
                    e);
        }
    }

    private static NetHandles netHandles(FlagValues flags) {
        NetHandles.Range.Bounds bounds = flags.get(CgroupFlags.SECONDARY_HANDLES);
        return new NetHandles(flags.get(CgroupFlags.PRIMARY_HANDLE), bounds.first(), bounds.last());
    }

    CgroupSettings with(AllowedDevices devices) {
        return new CgroupSettings(cpu, limitSwap, countTasks, devices, netHandles, exclusiveCpus, perf);
    }

    CgroupSettings with(ExclusiveCpus cpus) {
        return new CgroupSettings(cpu, limitSwap, countTasks, allowedDevices, netHandles, cpus, perf);
    }

    CgroupSettings with(PerfSampling sampling) {
        return new CgroupSettings(cpu, limitSwap, countTasks, allowedDevices, netHandles, exclusiveCpus, sampling);
    }

    CgroupSettings with(NetHandles handles) {
        return new CgroupSettings(cpu, limitSwap, countTasks, allowedDevices, handles, exclusiveCpus, perf);
    }
}
