package dev.coffer.container;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What few containers ask for, beside limits and requests. Where nothing is asked the kernel's default stays. A wish that
 * the isolators chosen cannot fulfil is refused at launch.
 *
 * @param hugetlb bytes of huge pages by page size as the kernel writes it: {@code 2MB}
 * @param misc units by name of a resource of the misc controller
 * @param access what it may do with devices and with cgroups, beyond what every container may
 */
public record Tuning(Cpu cpu, Memory memory, Io io, Map<String, Long> hugetlb, Map<String, Long> misc, Access access) {
    public static final Tuning NONE =
            new Tuning(Cpu.DEFAULT, Memory.DEFAULT, Io.DEFAULT, Map.of(), Map.of(), Access.DEFAULT);

    public Tuning {
        hugetlb = Map.copyOf(hugetlb);
        misc = Map.copyOf(misc);
    }

    /** The same with this. */
    public Tuning with(Cpu other) {
        return new Tuning(other, memory, io, hugetlb, misc, access);
    }

    /** The same with this. */
    public Tuning with(Memory other) {
        return new Tuning(cpu, other, io, hugetlb, misc, access);
    }

    /** The same with this. */
    public Tuning with(Io other) {
        return new Tuning(cpu, memory, other, hugetlb, misc, access);
    }

    /** The same with these limits of huge pages. */
    public Tuning withHugetlb(Map<String, Long> limits) {
        return new Tuning(cpu, memory, io, limits, misc, access);
    }

    /** The same with these limits of the misc controller. */
    public Tuning withMisc(Map<String, Long> limits) {
        return new Tuning(cpu, memory, io, hugetlb, limits, access);
    }

    /** The same with this. */
    public Tuning with(Access other) {
        return new Tuning(cpu, memory, io, hugetlb, misc, other);
    }

    /**
     * Processors.
     *
     * @param burstMicros how far a period may exceed the cap with what earlier ones left unused
     * @param idle runs only when nothing else wants to
     * @param revocable gets a hundredth of the share, as processors that the Mesos agent lends out
     * @param exclusive processors that no other container may run on; 0 for none
     * @param memoryNodes NUMA nodes whose memory may be used: {@code 0-1,3}
     * @param processors those it may run on at all: {@code 0-1,3}
     */
    public record Cpu(
            OptionalLong burstMicros,
            boolean idle,
            boolean revocable,
            int exclusive,
            Optional<String> memoryNodes,
            Optional<String> processors) {
        public static final Cpu DEFAULT = new Cpu(OptionalLong.empty(), false, false, 0, Optional.empty());

        public Cpu {
            if (exclusive < 0) {
                throw new IllegalArgumentException("exclusive processors must be 0 or more, was " + exclusive);
            }
            requireList("memory nodes", memoryNodes);
            requireList("processors", processors);
            if (exclusive > 0 && processors.isPresent()) {
                throw new IllegalArgumentException(
                        "processors are either named or given exclusively by number, not both");
            }
        }

        /** One that may run on all processors. */
        public Cpu(
                OptionalLong burstMicros,
                boolean idle,
                boolean revocable,
                int exclusive,
                Optional<String> memoryNodes) {
            this(burstMicros, idle, revocable, exclusive, memoryNodes, Optional.empty());
        }

        private static void requireList(String what, Optional<String> list) {
            if (list.isPresent() && !list.get().matches("[0-9]{1,5}(-[0-9]{1,5})?(,[0-9]{1,5}(-[0-9]{1,5})?)*")) {
                throw new IllegalArgumentException(what + " '" + list.get() + "' must be like 0-1,3");
            }
        }
    }

    /**
     * Memory.
     *
     * @param highBytes above it the task is slowed down and its memory reclaimed, but it is not killed
     * @param swapBytes swap that may be used on top of the limit
     * @param killTogether out of memory ends every process of the container, not only the worst
     */
    public record Memory(OptionalLong highBytes, OptionalLong swapBytes, boolean killTogether) {
        public static final Memory DEFAULT = new Memory(OptionalLong.empty(), OptionalLong.empty(), false);
    }

    /**
     * Block devices.
     *
     * @param weight share of a busy device, 1 to 10000, 100 being the kernel's default
     */
    public record Io(OptionalLong weight, List<IoLimit> limits) {
        public static final Io DEFAULT = new Io(OptionalLong.empty(), List.of());

        public Io {
            limits = List.copyOf(limits);
            if (weight.isPresent() && (weight.getAsLong() < 1 || weight.getAsLong() > 10_000)) {
                throw new IllegalArgumentException("io weight must be from 1 to 10000, was " + weight.getAsLong());
            }
        }
    }

    /**
     * What may be done to one device in a second.
     *
     * @param device its numbers, {@code 8:0}
     */
    public record IoLimit(
            String device,
            OptionalLong readBytes,
            OptionalLong writeBytes,
            OptionalLong readOperations,
            OptionalLong writeOperations) {
        public IoLimit {
            if (!device.matches("[0-9]+:[0-9]+")) {
                throw new IllegalArgumentException("device '" + device + "' must be like 8:0");
            }
        }
    }

    /**
     * What it may use beyond what every container may.
     *
     * @param devices as the kernel writes what is allowed, each {@code c 10:229 rwm}; a number may be {@code *}
     * @param cgroups whether it may divide its own share among cgroups that it makes itself. Cannot change while it runs.
     */
    public record Access(List<String> devices, boolean cgroups) {
        public static final Access DEFAULT = new Access(List.of(), false);

        public Access {
            devices = List.copyOf(devices);
            for (String rule : devices) {
                if (!rule.matches("[bc] ([0-9]{1,9}:([0-9]{1,9}|\\*)|\\*:\\*) [rwm]{1,3}")) {
                    throw new IllegalArgumentException("device rule '" + rule + "' must be like 'c 10:229 rwm'");
                }
            }
        }
    }
}
