package dev.coffer.linux.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Facts about processes. */
public final class Processes {
    private static final int FIELD_START_TIME = 22;

    private Processes() {}

    /**
     * When the process with this number started, in clock ticks since boot; empty if there is none. With the number it
     * names a process uniquely until reboot.
     *
     * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">proc_pid_stat(5)</a>
     */
    public static OptionalLong startTime(int pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            // Field 2 is the command in parentheses and may hold anything, ')' and blanks too.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            return OptionalLong.of(Long.parseLong(fields[FIELD_START_TIME - 3]));
        } catch (IOException gone) {
            return OptionalLong.empty();
        }
    }

    /** Whether we are root as far as file permissions go. */
    public static boolean isRoot() {
        return ProcessLibc.geteuid() == 0;
    }
}
