package dev.coffer.image.unpack;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a file gets that this process makes, so that what is right already need not be set.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_status.5.html">proc_pid_status(5)</a>
 */
record CreationDefaults(int umask, int uid, int gid) {
    /** For when it cannot be known: everything is set. */
    static final CreationDefaults UNKNOWN = new CreationDefaults(07777, -1, -1);

    /** If not, an access list decides over the mode, too. */
    boolean areKnown() {
        return uid >= 0;
    }

    static CreationDefaults ofThisProcess() {
        String status;
        try (InputStream in = Files.newInputStream(Path.of("/proc/self/status"))) {
            status = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return UNKNOWN;
        }
        try {
            int umask = Integer.parseInt(field(status, "Umask:", 0), 8);
            return new CreationDefaults(
                    umask, Integer.parseInt(field(status, "Uid:", 3)), Integer.parseInt(field(status, "Gid:", 3)));
        } catch (NumberFormatException e) {
            return UNKNOWN;
        }
    }

    /** A column of a line; the fourth of the identifiers is the one the file system sees. */
    private static String field(String status, String name, int column) {
        int at = status.indexOf("\n" + name);
        if (at < 0) {
            return "";
        }
        int end = status.indexOf('\n', at + 1);
        String[] columns = status.substring(at + 1 + name.length(), end).trim().split("\\s+", -1);
        return column < columns.length ? columns[column] : "";
    }
}
