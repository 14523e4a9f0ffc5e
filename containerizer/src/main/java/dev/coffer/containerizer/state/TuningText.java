package dev.coffer.containerizer.state;

import dev.coffer.container.Tuning;
import dev.coffer.container.Tuning.IoLimit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** {@link Tuning} in a container's record; what is as by default is not written. */
final class TuningText {
    private static final String LIST = ";";
    private static final String NONE = "-";

    private TuningText() {}

    static void put(Tuning tuning, RecordText text) {
        if (tuning.equals(Tuning.NONE)) {
            return;
        }
        Tuning.Cpu cpu = tuning.cpu();
        number(text, "cpu_burst", cpu.burstMicros());
        flag(text, "cpu_idle", cpu.idle());
        flag(text, "cpu_revocable", cpu.revocable());
        if (cpu.exclusive() > 0) {
            text.put("cpu_exclusive", Integer.toString(cpu.exclusive()));
        }
        cpu.memoryNodes().ifPresent(nodes -> text.put("memory_nodes", nodes));
        cpu.processors().ifPresent(processors -> text.put("processors", processors));
        number(text, "memory_high", tuning.memory().highBytes());
        number(text, "memory_swap", tuning.memory().swapBytes());
        flag(text, "memory_kill_together", tuning.memory().killTogether());
        number(text, "io_weight", tuning.io().weight());
        list(
                text,
                "io_limits",
                tuning.io().limits().stream().map(TuningText::of).toList());
        map(text, "hugetlb", tuning.hugetlb());
        map(text, "misc", tuning.misc());
        list(text, "devices", tuning.access().devices());
        flag(text, "cgroups", tuning.access().cgroups());
    }

    private static void number(RecordText text, String key, OptionalLong number) {
        if (number.isPresent()) {
            text.put(key, Long.toString(number.getAsLong()));
        }
    }

    private static void flag(RecordText text, String key, boolean flag) {
        if (flag) {
            text.put(key, "true");
        }
    }

    private static void list(RecordText text, String key, List<String> words) {
        if (!words.isEmpty()) {
            text.put(key, String.join(LIST, words));
        }
    }

    private static void map(RecordText text, String key, Map<String, Long> map) {
        List<String> words = new ArrayList<>();
        map.forEach((name, value) -> words.add(name + " " + value));
        list(text, key, words);
    }

    private static String of(IoLimit limit) {
        return limit.device() + " " + word(limit.readBytes()) + " " + word(limit.writeBytes()) + " "
                + word(limit.readOperations()) + " " + word(limit.writeOperations());
    }

    private static String word(OptionalLong number) {
        return number.isPresent() ? Long.toString(number.getAsLong()) : NONE;
    }

    /**
     * What a record says.
     *
     * @throws IllegalArgumentException if it says something impossible
     */
    static Tuning parse(RecordText text) throws IOException {
        Tuning.Cpu cpu = new Tuning.Cpu(
                number(text, "cpu_burst"),
                flag(text, "cpu_idle"),
                flag(text, "cpu_revocable"),
                (int) number(text, "cpu_exclusive").orElse(0),
                text.find("memory_nodes"),
                text.find("processors"));
        Tuning.Memory memory = new Tuning.Memory(
                number(text, "memory_high"), number(text, "memory_swap"), flag(text, "memory_kill_together"));
        List<IoLimit> limits = new ArrayList<>();
        for (String limit : list(text, "io_limits")) {
            limits.add(ioLimit(limit));
        }
        return new Tuning(
                cpu,
                memory,
                new Tuning.Io(number(text, "io_weight"), limits),
                map(text, "hugetlb"),
                map(text, "misc"),
                new Tuning.Access(list(text, "devices"), flag(text, "cgroups")));
    }

    private static OptionalLong number(RecordText text, String key) {
        Optional<String> value = text.find(key);
        return value.isPresent() ? OptionalLong.of(Long.parseLong(value.get())) : OptionalLong.empty();
    }

    private static boolean flag(RecordText text, String key) {
        return text.find(key).isPresent();
    }

    private static List<String> list(RecordText text, String key) {
        Optional<String> value = text.find(key);
        return value.isPresent() ? List.of(value.get().split(LIST, -1)) : List.of();
    }

    private static Map<String, Long> map(RecordText text, String key) throws IOException {
        Map<String, Long> map = new LinkedHashMap<>();
        for (String entry : list(text, key)) {
            int blank = entry.lastIndexOf(' ');
            if (blank < 0) {
                throw new IOException("config record is malformed: '" + entry + "' of " + key + " has no value");
            }
            map.put(entry.substring(0, blank), Long.parseLong(entry.substring(blank + 1)));
        }
        return map;
    }

    private static IoLimit ioLimit(String text) throws IOException {
        String[] words = text.split(" ", -1);
        if (words.length != 5) {
            throw new IOException("config record is malformed: '" + text + "' is no limit of a device");
        }
        return new IoLimit(words[0], number(words[1]), number(words[2]), number(words[3]), number(words[4]));
    }

    private static OptionalLong number(String word) {
        return word.equals(NONE) ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(word));
    }
}
