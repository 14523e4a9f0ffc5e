package dev.coffer.linux.process;

import com.sun.jna.Native;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Facts about processes, and reaping of our own. */
public final class Processes {
    private static final int WNOHANG = 1;
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

    /**
     * Reaps a child of ours if it has ended.
     *
     * @return its wait status, or empty if it still runs or is no child of ours
     * @see <a href="https://man7.org/linux/man-pages/man2/waitpid.2.html">waitpid(2)</a>
     */
    public static OptionalInt reap(int pid) throws ErrnoException {
        return waitFor(pid, WNOHANG);
    }

    /** Waits for a child of ours to end and reaps it; a process that is no child of ours is not waited for. */
    public static void reapBlocking(int pid) throws ErrnoException {
        waitFor(pid, 0);
    }

    private static OptionalInt waitFor(int pid, int options) throws ErrnoException {
        int[] status = new int[1];
        int result;
        do {
            result = ProcessLibc.waitpid(pid, status, options);
        } while (result < 0 && Native.getLastError() == Errno.EINTR);
        if (result == pid) {
            return OptionalInt.of(status[0]);
        }
        if (result == 0 || Native.getLastError() == Errno.ECHILD) {
            return OptionalInt.empty();
        }
        throw ProcessLibc.lastError("waitpid(" + pid + ")");
    }

    /** Whether we are root as far as file permissions go. */
    public static boolean isRoot() {
        return ProcessLibc.geteuid() == 0;
    }
}
