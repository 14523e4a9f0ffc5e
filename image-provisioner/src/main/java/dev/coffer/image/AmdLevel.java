package dev.coffer.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which level of x86-64 a processor is of, by the flags that Linux shows.
 *
 * @see <a href="https://gitlab.com/x86-psABIs/x86-64-ABI">x86-64 psABI, micro-architecture levels</a>
 */
final class AmdLevel {
    private static final int MAX_BYTES = 1 << 20;
    /** What each level adds to the one before, from the second on. */
    private static final List<Set<String>> ADDED = List.of(
            Set.of("cx16", "lahf_lm", "popcnt", "sse4_1", "sse4_2", "ssse3"),
            Set.of("avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe", "xsave"),
            Set.of("avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"));

    private AmdLevel() {}

    static int ofThisHost() {
        try (InputStream in = Files.newInputStream(Path.of("/proc/cpuinfo"))) {
            return of(new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8));
        } catch (IOException unknown) {
            return 1;
        }
    }

    /** By the first processor of {@code /proc/cpuinfo}. */
    static int of(String cpuinfo) {
        int at = cpuinfo.indexOf("\nflags");
        int colon = cpuinfo.indexOf(':', Math.max(at, 0));
        if (at < 0 || colon < 0) {
            return 1;
        }
        int end = cpuinfo.indexOf('\n', colon);
        String line = cpuinfo.substring(colon + 1, end < 0 ? cpuinfo.length() : end);
        Set<String> flags = new HashSet<>(Arrays.asList(line.strip().split(" ", -1)));
        int level = 1;
        for (Set<String> added : ADDED) {
            if (!flags.containsAll(added)) {
                break;
            }
            level++;
        }
        return level;
    }
}
