package dev.coffer.container;

import java.util.Locale;

/**
 * One figure of a container's {@link Usage}. Named as in the Mesos agent's ResourceStatistics where it has the figure;
 * the unit is in {@link #unit}. Those marked labelled come once per device, volume, interface or event.
 */
public enum Statistic {
    PROCESSES(Unit.COUNT),
    THREADS(Unit.COUNT),
    PIDS(Unit.COUNT),
    PIDS_LIMIT(Unit.COUNT),
    PIDS_REFUSED(Unit.COUNT),

    CPUS_TIME(Unit.NANOSECONDS),
    CPUS_USER_TIME(Unit.NANOSECONDS),
    CPUS_SYSTEM_TIME(Unit.NANOSECONDS),
    CPUS_LIMIT(Unit.THOUSANDTHS),
    CPUS_SOFT_LIMIT(Unit.THOUSANDTHS),
    CPUS_NR_PERIODS(Unit.COUNT),
    CPUS_NR_THROTTLED(Unit.COUNT),
    CPUS_THROTTLED_TIME(Unit.NANOSECONDS),
    CPUS_BURST_TIME(Unit.NANOSECONDS),

    MEM_TOTAL(Unit.BYTES),
    MEM_TOTAL_MEMSW(Unit.BYTES),
    MEM_PEAK(Unit.BYTES),
    MEM_LIMIT(Unit.BYTES),
    MEM_SOFT_LIMIT(Unit.BYTES),
    MEM_KMEM_USAGE(Unit.BYTES),
    MEM_KMEM_TCP_USAGE(Unit.BYTES),
    MEM_FILE(Unit.BYTES),
    MEM_ANON(Unit.BYTES),
    MEM_CACHE(Unit.BYTES),
    MEM_RSS(Unit.BYTES),
    MEM_MAPPED_FILE(Unit.BYTES),
    MEM_SWAP(Unit.BYTES),
    MEM_SHMEM(Unit.BYTES),
    MEM_SOCK(Unit.BYTES),
    MEM_UNEVICTABLE(Unit.BYTES),
    MEM_LOW_PRESSURE_COUNTER(Unit.COUNT),
    MEM_MEDIUM_PRESSURE_COUNTER(Unit.COUNT),
    MEM_CRITICAL_PRESSURE_COUNTER(Unit.COUNT),
    MEM_FAULTS(Unit.COUNT),
    MEM_MAJOR_FAULTS(Unit.COUNT),
    /** How often an allocation failed for want of memory below the limit. */
    OOM_EVENTS(Unit.COUNT),
    /** Processes the kernel killed for memory, sub-cgroups included. */
    OOM_KILLS(Unit.COUNT),

    CPU_PRESSURE_SOME(Unit.NANOSECONDS),
    CPU_PRESSURE_FULL(Unit.NANOSECONDS),
    MEM_PRESSURE_SOME(Unit.NANOSECONDS),
    MEM_PRESSURE_FULL(Unit.NANOSECONDS),
    IO_PRESSURE_SOME(Unit.NANOSECONDS),
    IO_PRESSURE_FULL(Unit.NANOSECONDS),

    DISK_LIMIT(Unit.BYTES),
    DISK_USED(Unit.BYTES),
    DISK_INODES_USED(Unit.COUNT),

    /** Labelled with device and operation, {@code 8:0 read}; without a label the sum. */
    IO_SERVICE_BYTES(Unit.BYTES),
    IO_SERVICED(Unit.COUNT),
    /** Labelled with the page size. */
    HUGETLB_USED(Unit.BYTES),
    HUGETLB_LIMIT(Unit.BYTES),

    /** What packets are marked with, {@code primary << 16 | secondary}. */
    NET_CLS_CLASSID(Unit.COUNT),
    /** Labelled with the resource of the misc controller. */
    MISC(Unit.COUNT),

    NET_RX_PACKETS(Unit.COUNT),
    NET_RX_BYTES(Unit.BYTES),
    NET_RX_ERRORS(Unit.COUNT),
    NET_RX_DROPPED(Unit.COUNT),
    NET_TX_PACKETS(Unit.COUNT),
    NET_TX_BYTES(Unit.BYTES),
    NET_TX_ERRORS(Unit.COUNT),
    NET_TX_DROPPED(Unit.COUNT),

    /** Labelled with the event. */
    PERF(Unit.COUNT);

    private final Unit unit;

    Statistic(Unit unit) {
        this.unit = unit;
    }

    /** What a figure counts. */
    public enum Unit {
        COUNT,
        BYTES,
        NANOSECONDS,
        /** A fraction, times 1000. */
        THOUSANDTHS
    }

    public Unit unit() {
        return unit;
    }

    /** {@code mem_total}: without unit. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
