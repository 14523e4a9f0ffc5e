package dev.coffer.containerizer.lifecycle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Says of a process that will not end what it is doing. */
final class ProcessText {
    private ProcessText() {}

    /** Number, command, state and the kernel function it sleeps in. */
    static String describe(int pid) {
        String stat = read(pid, "stat");
        int end = stat.lastIndexOf(')');
        if (end < 0) {
            return "pid " + pid + " (gone)";
        }
        String command = stat.substring(stat.indexOf('(') + 1, end);
        String state = stat.substring(end + 2, end + 3);
        return "pid " + pid + " (" + command + ") in state " + state + " at " + read(pid, "wchan");
    }

    private static String read(int pid, String file) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc/" + pid + "/" + file)), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "?";
        }
    }
}
