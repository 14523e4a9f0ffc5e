package dev.coffer.linux.cgroup;

import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One cgroup line of mountinfo.
 *
 * @param root the directory of the hierarchy that the mount shows
 * @param options of the file system; for v1 its controllers are among them
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">proc_pid_mountinfo(5)</a>
 */
record CgroupMount(Version version, String root, String mountPoint, boolean readOnly, Set<String> options) {
    private static final int ROOT = 3;
    private static final int MOUNT_POINT = 4;
    private static final int MOUNT_OPTIONS = 5;
    private static final int FIRST_OPTIONAL = 6;

    /** The mount a line tells of, or empty if it is of another file system. */
    static Optional<CgroupMount> parse(String line) {
        List<String> fields = Arrays.asList(line.split(" "));
        int separator = fields.size() > FIRST_OPTIONAL
                ? FIRST_OPTIONAL + fields.subList(FIRST_OPTIONAL, fields.size()).indexOf("-")
                : -1;
        if (separator < FIRST_OPTIONAL || separator + 3 >= fields.size()) {
            return Optional.empty();
        }
        String type = fields.get(separator + 1);
        if (!type.equals("cgroup") && !type.equals("cgroup2")) {
            return Optional.empty();
        }
        Set<String> options =
                new HashSet<>(Arrays.asList(fields.get(separator + 3).split(",")));
        Version version = type.equals("cgroup") ? Version.V1 : Version.V2;
        boolean readOnly = options.contains("ro")
                || Arrays.asList(fields.get(MOUNT_OPTIONS).split(",")).contains("ro");
        return Optional.of(new CgroupMount(
                version, unescape(fields.get(ROOT)), unescape(fields.get(MOUNT_POINT)), readOnly, options));
    }

    /** Space, tab, newline and backslash are written as a backslash and three octal digits. */
    static String unescape(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        StringBuilder plain = new StringBuilder(field.length());
        int at = 0;
        while (at < field.length()) {
            if (field.charAt(at) == '\\' && field.substring(at + 1).matches("[0-3][0-7]{2}.*")) {
                plain.append((char) Integer.parseInt(field, at + 1, at + 4, 8));
                at += 4;
            } else {
                plain.append(field.charAt(at));
                at++;
            }
        }
        return plain.toString();
    }

    /** Where {@code path} of the hierarchy is seen through this mount. */
    Optional<String> locate(String path) {
        String below = root.equals("/") ? "" : root;
        if (!path.equals(below) && !path.startsWith(below + "/")) {
            return Optional.empty();
        }
        String rest = path.substring(below.length());
        return Optional.of(rest.isEmpty() || rest.equals("/") ? mountPoint : mountPoint + rest);
    }
}
