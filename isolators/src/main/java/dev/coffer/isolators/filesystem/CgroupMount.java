package dev.coffer.isolators.filesystem;

/**
 * One cgroup hierarchy as the container sees it below {@code /sys/fs/cgroup}, rooted at its own cgroup.
 *
 * @param name directory, such as {@code memory}; empty for the one hierarchy of a pure v2 host, which is mounted at
 *     {@code /sys/fs/cgroup} itself
 * @param type {@code cgroup} or {@code cgroup2}
 * @param data mount options that select the v1 hierarchy, such as {@code cpu,cpuacct}
 * @see <a href="https://man7.org/linux/man-pages/man7/cgroup_namespaces.7.html">cgroup_namespaces(7)</a>
 */
public record CgroupMount(String name, String type, String data) {
    /** The only hierarchy of a pure v2 host. */
    public static final CgroupMount UNIFIED = new CgroupMount("", "cgroup2", "");

    public CgroupMount {
        if (name.contains("/") || name.equals("..")) {
            throw new IllegalArgumentException("cgroup mount name '" + name + "' must be a single directory name");
        }
    }
}
