package dev.coffer.isolators.cgroup;

import dev.coffer.flag.FlagValues;
import java.nio.file.Path;

/** What the flags say to the controllers. */
record CgroupSettings(
        CpuController cpu,
        boolean limitSwap,
        boolean countTasks,
        AllowedDevices allowedDevices,
        NetHandles netHandles,
        ExclusiveCpus exclusiveCpus) {
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
                new ExclusiveCpus(cpusets));
    }

    private static NetHandles netHandles(FlagValues flags) {
        NetHandles.Range.Bounds bounds = flags.get(CgroupFlags.SECONDARY_HANDLES);
        return new NetHandles(flags.get(CgroupFlags.PRIMARY_HANDLE), bounds.first(), bounds.last());
    }

    CgroupSettings with(AllowedDevices devices) {
        return new CgroupSettings(cpu, limitSwap, countTasks, devices, netHandles, exclusiveCpus);
    }

    CgroupSettings with(ExclusiveCpus cpus) {
        return new CgroupSettings(cpu, limitSwap, countTasks, allowedDevices, netHandles, cpus);
    }

    CgroupSettings with(NetHandles handles) {
        return new CgroupSettings(cpu, limitSwap, countTasks, allowedDevices, handles, exclusiveCpus);
    }
}
