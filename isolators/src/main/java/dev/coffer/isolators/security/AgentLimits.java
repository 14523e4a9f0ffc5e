package dev.coffer.isolators.security;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Hard limits of a process, which only {@code CAP_SYS_RESOURCE} may raise.
 *
 * @param hard by number of {@code RLIMIT_*}; -1 is unlimited
 * @param maxOpenFiles {@code fs.nr_open}, above which nobody may set {@code nofile}
 */
record AgentLimits(List<Long> hard, long maxOpenFiles) {
    private static final int HARD_COLUMN = 47;
    private static final int MAX_NUMBER = 32;

    /** Titles of {@code /proc/<pid>/limits} in the order of {@code RLIMIT_*}. */
    private static final List<String> TITLES = List.of(
            "Max cpu time",
            "Max file size",
            "Max data size",
            "Max stack size",
            "Max core file size",
            "Max resident set",
            "Max processes",
            "Max open files",
            "Max locked memory",
            "Max address space",
            "Max file locks",
            "Max pending signals",
            "Max msgqueue size",
            "Max nice priority",
            "Max realtime priority",
            "Max realtime timeout");

    static AgentLimits ofThisProcess() {
        try {
            return parse(Files.readString(Path.of("/proc/self/limits")), sysctl(Path.of("/proc/sys/fs/nr_open")));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot read resource limits of this process: " + e.getMessage() + "; is /proc mounted?", e);
        }
    }

    /** In one read: a sysctl gives nothing to a second one, and readString begins with one byte. */
    private static String sysctl(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_NUMBER), StandardCharsets.US_ASCII);
        }
    }

    /**
     * From the text of a {@code /proc/<pid>/limits}.
     *
     * @throws IllegalArgumentException if a line is missing
     */
    static AgentLimits parse(String limits, String maxOpenFiles) {
        return new AgentLimits(
                TITLES.stream().map(title -> hard(limits, title)).toList(), Long.parseLong(maxOpenFiles.strip()));
    }

    private static long hard(String limits, String title) {
        String line = limits.lines()
                .filter(text -> text.startsWith(title + " "))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("process limits have no line " + title));
        String value =
                line.substring(Math.min(HARD_COLUMN, line.length())).strip().split("\\s+", 2)[0];
        return value.equals("unlimited") ? -1 : Long.parseLong(value);
    }
}
