package dev.coffer.isolators.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Capabilities a process can hand on: those it has in effect and in its bounding set.
 *
 * @param bits bit {@code n} is capability {@code n}
 */
public record AgentCapabilities(long bits) {

    /** Those of this process. */
    public static AgentCapabilities ofThisProcess() {
        try {
            return parse(Files.readString(Path.of("/proc/self/status")));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot read capabilities of this process from /proc/self/status: " + e.getMessage()
                            + "; is /proc mounted?",
                    e);
        }
    }

    /**
     * From the text of a {@code /proc/<pid>/status}.
     *
     * @throws IllegalArgumentException if it lacks a capability line
     * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_status.5.html">proc_pid_status(5)</a>
     */
    public static AgentCapabilities parse(String status) {
        return new AgentCapabilities(field(status, "CapEff:") & field(status, "CapBnd:"));
    }

    boolean has(Capability capability) {
        return (bits & capability.bit()) != 0;
    }

    /** Without streams and patterns: on the path of every cold start. */
    private static long field(String status, String name) {
        int line = ("\n" + status).indexOf("\n" + name);
        if (line < 0) {
            throw new IllegalArgumentException("process status has no line " + name);
        }
        int start = line + name.length();
        int end = status.indexOf('\n', start);
        return Long.parseUnsignedLong(
                status.substring(start, end < 0 ? status.length() : end).strip(), 16);
    }
}
