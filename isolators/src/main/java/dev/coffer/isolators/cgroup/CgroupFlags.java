package dev.coffer.isolators.cgroup;

import dev.coffer.flag.Flag;
import dev.coffer.flag.Syntax;
import dev.coffer.linux.cgroup.PerfEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Flags of {@code cgroups/*}. Public, because the name of the root is also part of where a host keeps its things. */
public final class CgroupFlags {
    public static final Flag<String> ROOT = Flag.of(
                    "cgroups_root",
                    new RootName(),
                    "coffer",
                    "Name of the cgroup that holds those of the containers, in every hierarchy.")
            .otherThanMesos("mesos", "both agents may run on one host");

    static final Flag<Duration> DESTROY_TIMEOUT = Flag.of(
            "cgroups_destroy_timeout",
            Syntax.duration(),
            "1mins",
            "How long a removal waits for killed processes to be gone.");

    public static final Flag<Optional<AllowedDevices>> ALLOWED_DEVICES = Flag.optional(
                    "allowed_devices", new AllowedDevices.Json(), "Devices that containers may use.")
            .whenUnset(
                    "null, zero, full, random, urandom, tty, console, ptmx, pts and net/tun, which are always allowed");

    static final Flag<Boolean> ENABLE_CFS = Flag.of(
            "cgroups_enable_cfs", Syntax.bool(), "false", "Cap processors at the request where no limit is given.");

    static final Flag<Boolean> LIMIT_SWAP = Flag.of(
            "cgroups_limit_swap",
            Syntax.bool(),
            "false",
            "Limit memory and swap together at the memory limit; on cgroup v2, which the Mesos agent refuses, by"
                    + " forbidding swap.");

    static final Flag<Boolean> COUNT_TASKS = Flag.of(
            "cgroups_cpu_enable_pids_and_tids_count",
            Syntax.bool(),
            "false",
            "Count processes and threads of each container in its usage.");

    static final Flag<Boolean> REVOCABLE_LOW = Flag.of(
            "revocable_cpu_low_priority",
            Syntax.bool(),
            "true",
            "Give revocable processors a hundredth of the share of others.");

    static final Flag<Optional<Long>> PRIMARY_HANDLE = Flag.optional(
                    "cgroups_net_cls_primary_handle",
                    Syntax.number(1, NetHandles.LARGEST),
                    "Upper half of the class that packets of containers are marked with.")
            .whenUnset("packets are not marked");

    static final Flag<NetHandles.Range.Bounds> SECONDARY_HANDLES = Flag.of(
            "cgroups_net_cls_secondary_handles",
            new NetHandles.Range(),
            "0x1,0xffff",
            "Lower halves, of which each container gets one of its own.");

    static final Flag<Optional<List<PerfEvent>>> PERF_EVENTS = Flag.optional(
                    "perf_events", new Events(), "Events to count for each container, by the names of perf(1).")
            .whenUnset("nothing is counted");

    static final Flag<Duration> PERF_INTERVAL = Flag.of(
            "perf_interval", Syntax.duration(), "1mins", "From the beginning of one sample to that of the next.");

    static final Flag<Duration> PERF_DURATION =
            Flag.of("perf_duration", Syntax.duration(), "10secs", "How long each sample counts.");

    private static final List<Flag<?>> COMMON = List.of(ROOT, DESTROY_TIMEOUT);

    /** Those that the isolator of that name reads. */
    static List<Flag<?>> of(String isolator) {
        List<Flag<?>> flags = new ArrayList<>(COMMON);
        switch (isolator) {
            case "cgroups/cpu" -> flags.addAll(List.of(ENABLE_CFS, REVOCABLE_LOW, COUNT_TASKS));
            case "cgroups/cpuacct" -> flags.add(COUNT_TASKS);
            case "cgroups/mem" -> flags.add(LIMIT_SWAP);
            case "cgroups/devices" -> flags.add(ALLOWED_DEVICES);
            case "cgroups/net_cls" -> flags.addAll(List.of(PRIMARY_HANDLE, SECONDARY_HANDLES));
            case "cgroups/perf_event" -> flags.addAll(List.of(PERF_EVENTS, PERF_INTERVAL, PERF_DURATION));
            default -> {}
        }
        return flags;
    }

    private CgroupFlags() {}

    /** Names of events with commas between them. */
    private record Events() implements Syntax<List<PerfEvent>> {
        @Override
        public String label() {
            return "EVENTS";
        }

        @Override
        public String expected() {
            return "names such as cycles,instructions; there are " + String.join(", ", PerfEvent.names());
        }

        @Override
        public List<PerfEvent> parse(String text) {
            List<PerfEvent> events = new ArrayList<>();
            for (String name : text.split(",", -1)) {
                Optional<PerfEvent> event = PerfEvent.named(name.strip());
                if (event.isEmpty()) {
                    throw new IllegalArgumentException("there is no event '" + name.strip() + "'");
                }
                if (!events.contains(event.get())) {
                    events.add(event.get());
                }
            }
            return events;
        }
    }

    /** One safe path segment. */
    private record RootName() implements Syntax<String> {
        private static final int MAX_LENGTH = 128;

        @Override
        public String label() {
            return "NAME";
        }

        @Override
        public String expected() {
            return "one name of at most " + MAX_LENGTH
                    + " letters, digits, '_', '-' and '.' that starts with none of the last two";
        }

        @Override
        public String parse(String text) {
            boolean valid = !text.isEmpty() && text.length() <= MAX_LENGTH && isPlain(text.charAt(0));
            for (int i = 1; valid && i < text.length(); i++) {
                valid = isPlain(text.charAt(i)) || text.charAt(i) == '-' || text.charAt(i) == '.';
            }
            if (!valid) {
                throw new IllegalArgumentException();
            }
            return text;
        }

        private static boolean isPlain(char c) {
            return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        }
    }
}
