package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Huge pages, by page size.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#hugetlb-interface-files">HugeTLB interface files</a>
 */
final class Hugetlb implements Controller {
    private static final Path SIZES = Path.of("/sys/kernel/mm/hugepages");
    private static final String PREFIX = "hugepages-";

    /** Without a limit v1 reads as 2^63 rounded down to a page. */
    private static final long UNLIMITED = 1L << 62;

    private final List<String> sizes = sizes();

    @Override
    public String kernelName() {
        return "hugetlb";
    }

    /** The directories {@code hugepages-2048kB} as the control files have them, {@code 2MB}. */
    private static List<String> sizes() {
        List<String> sizes = new ArrayList<>();
        String[] names = SIZES.toFile().list();
        for (String name : names == null ? new String[0] : names) {
            if (name.startsWith(PREFIX) && name.endsWith("kB")) {
                sizes.add(nameOf(Long.parseLong(name.substring(PREFIX.length(), name.length() - 2))));
            }
        }
        return sizes;
    }

    static String nameOf(long kilobytes) {
        if (kilobytes >= 1 << 20) {
            return (kilobytes >> 20) + "GB";
        }
        return kilobytes >= 1 << 10 ? (kilobytes >> 10) + "MB" : kilobytes + "KB";
    }

    @Override
    public Optional<String> unsupported(Resources limits) {
        for (String size : limits.tuning().hugetlb().keySet()) {
            if (!sizes.contains(size)) {
                return Optional.of("this host has no huge pages of " + size + "; it has " + sizes);
            }
        }
        return Optional.empty();
    }

    @Override
    public void limit(Cgroup cgroup, Resources limits) throws ErrnoException {
        for (Map.Entry<String, Long> limit : limits.tuning().hugetlb().entrySet()) {
            cgroup.write(
                    file(cgroup, limit.getKey(), "max", "limit_in_bytes"),
                    limit.getValue().toString());
        }
    }

    @Override
    public void update(Cgroup cgroup, Resources limits) throws ErrnoException {
        for (String size : sizes) {
            Long limit = limits.tuning().hugetlb().get(size);
            String none = isV1(cgroup) ? "-1" : "max";
            cgroup.write(file(cgroup, size, "max", "limit_in_bytes"), limit == null ? none : limit.toString());
        }
    }

    @Override
    public void usage(Cgroup cgroup, Usage.Builder into) {
        for (String size : sizes) {
            OptionalLong used = ControlFile.number(cgroup, file(cgroup, size, "current", "usage_in_bytes"));
            if (used.isEmpty()) {
                return;
            }
            into.put(Statistic.HUGETLB_USED, size, used.getAsLong());
            OptionalLong limit = ControlFile.number(cgroup, file(cgroup, size, "max", "limit_in_bytes"));
            if (limit.isPresent() && limit.getAsLong() < UNLIMITED) {
                into.put(Statistic.HUGETLB_LIMIT, size, limit.getAsLong());
            }
        }
    }

    private static boolean isV1(Cgroup cgroup) {
        return cgroup.hierarchy().version() == Version.V1;
    }

    private static String file(Cgroup cgroup, String size, String v2, String v1) {
        return "hugetlb." + size + "." + (isV1(cgroup) ? v1 : v2);
    }
}
