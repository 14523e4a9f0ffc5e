package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which processors and memory nodes a container may use. Processors given to one alone are taken from all others, those that
 * run included, and given back when it is removed.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#cpuset-interface-files">Cpuset interface files</a>
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/cpusets.html">Cpusets, v1</a>
 */
final class CpusetController implements Controller {
    private static final String CPUS = "cpuset.cpus";
    private static final String MEMS = "cpuset.mems";

    private final ExclusiveCpus exclusive;

    CpusetController(ExclusiveCpus exclusive) {
        this.exclusive = exclusive;
    }

    @Override
    public String kernelName() {
        return "cpuset";
    }

    /** A v1 cpuset begins empty, and no process can be in one that is. */
    @Override
    public void prepareRoot(Cgroup root) throws ErrnoException {
        if (isV1(root)) {
            copyIfEmpty(root.hierarchy().cgroup(""), root);
        }
    }

    private static void copyIfEmpty(Cgroup from, Cgroup to) throws ErrnoException {
        for (String file : new String[] {MEMS, CPUS}) {
            if (to.read(file).isBlank()) {
                to.write(file, from.read(file).strip());
            }
        }
    }

    @Override
    public void limit(Cgroup cgroup, Resources limits) throws ErrnoException {
        Optional<String> nodes = limits.tuning().cpu().memoryNodes();
        if (nodes.isPresent()) {
            cgroup.write(MEMS, nodes.get());
        }
        if (isV1(cgroup)) {
            copyIfEmpty(parent(cgroup), cgroup);
        }
        int wanted = limits.tuning().cpu().exclusive();
        try {
            if (wanted > 0) {
                exclusive.locked(() -> take(cgroup, wanted));
            } else {
                shareWhatIsLeft(cgroup);
            }
        } catch (IOException e) {
            throw asErrno(e);
        }
    }

    /** Other processors than before are another wish than most make of a task that runs, so only nodes change. */
    @Override
    public void update(Cgroup cgroup, Resources limits) throws ErrnoException {
        Optional<String> nodes = limits.tuning().cpu().memoryNodes();
        if (nodes.isPresent()) {
            cgroup.write(MEMS, nodes.get());
        }
    }

    private void take(Cgroup cgroup, int wanted) throws IOException {
        Map<String, CpuSet> taken = exclusive.taken();
        CpuSet free = all(cgroup).without(ExclusiveCpus.union(taken));
        if (free.size() <= wanted) {
            throw new ErrnoException(
                    "taking " + wanted + " of the processors " + free + " for " + cgroup
                            + ", where one must stay for others",
                    Errno.EAGAIN);
        }
        CpuSet mine = new CpuSet(new TreeSet<>(free.highest(wanted)));
        exclusive.record(name(cgroup), mine.toString());
        cgroup.write(CPUS, mine.toString());
        taken.put(name(cgroup), mine);
        shareAmongOthers(parent(cgroup), taken);
    }

    private void shareWhatIsLeft(Cgroup cgroup) throws IOException {
        Map<String, CpuSet> taken = exclusive.taken();
        if (!taken.isEmpty()) {
            cgroup.write(CPUS, all(cgroup).without(ExclusiveCpus.union(taken)).toString());
        }
    }

    private static void shareAmongOthers(Cgroup root, Map<String, CpuSet> taken) throws ErrnoException {
        String rest = all(root.child("any")).without(ExclusiveCpus.union(taken)).toString();
        for (String name : root.childNames()) {
            if (!taken.containsKey(name)) {
                writeUnlessGone(root.child(name), rest);
            }
        }
    }

    private static void writeUnlessGone(Cgroup cgroup, String cpus) throws ErrnoException {
        try {
            cgroup.write(CPUS, cpus);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT) && !e.is(Errno.ENODEV)) {
                throw e;
            }
        }
    }

    /** Leaves the processors to the others again. */
    @Override
    public void release(Cgroup cgroup) throws ErrnoException {
        if (!Files.exists(exclusive.directory().resolve(name(cgroup)))) {
            return;
        }
        try {
            exclusive.locked(() -> {
                if (exclusive.forget(name(cgroup))) {
                    shareAmongOthers(parent(cgroup), exclusive.taken());
                }
            });
        } catch (IOException e) {
            throw asErrno(e);
        }
    }

    /** What all containers together may use. */
    private static CpuSet all(Cgroup cgroup) throws ErrnoException {
        Cgroup root = parent(cgroup);
        return CpuSet.parse(root.read(isV1(root) ? CPUS : "cpuset.cpus.effective"));
    }

    private static ErrnoException asErrno(IOException e) {
        return e instanceof ErrnoException errno ? errno : new ErrnoException(e.toString(), Errno.EIO);
    }

    private static String name(Cgroup cgroup) {
        return cgroup.directory().getFileName().toString();
    }

    private static Cgroup parent(Cgroup cgroup) {
        return cgroup.parent();
    }

    private static boolean isV1(Cgroup cgroup) {
        return cgroup.hierarchy().version() == Version.V1;
    }
}
