package dev.coffer.linux.cgroup;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which lines of mountinfo tell of mounts that can be reached: in a container that sees the host's files, those of the host
 * are still listed beneath the ones that cover them.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html">proc_pid_mountinfo(5)</a>
 */
final class VisibleMounts {
    private static final int FIELDS = 6;
    private static final int MOUNT_POINT = 4;

    private final Map<String, Entry> byId = new HashMap<>();
    private final Map<String, List<Entry>> byParent = new HashMap<>();

    /** What decides whether a mount is covered. */
    private record Entry(String id, String parent, String point) {}

    VisibleMounts(String[] lines) {
        for (String line : lines) {
            Entry entry = entry(line);
            if (entry != null) {
                byId.put(entry.id(), entry);
                byParent.computeIfAbsent(entry.parent(), parent -> new ArrayList<>(4))
                        .add(entry);
            }
        }
    }

    private static @Nullable Entry entry(String line) {
        String[] fields = line.split(" ", FIELDS);
        return fields.length < FIELDS ? null : new Entry(fields[0], fields[1], fields[MOUNT_POINT]);
    }

    /** Whether no mount covers the one of this line, nor one that it is on. */
    boolean contains(String line) {
        Entry entry = entry(line);
        for (int depth = 0; entry != null && depth <= byId.size(); depth++) {
            for (Entry other : byParent.getOrDefault(entry.parent(), List.of())) {
                if (!other.id().equals(entry.id()) && isAtOrAbove(other.point(), entry.point())) {
                    return false;
                }
            }
            Entry parent = byId.get(entry.parent());
            entry = parent == null || parent.id().equals(entry.id()) ? null : parent;
        }
        return true;
    }

    private static boolean isAtOrAbove(String above, String point) {
        return point.startsWith(above)
                && (point.length() == above.length() || above.endsWith("/") || point.charAt(above.length()) == '/');
    }
}
