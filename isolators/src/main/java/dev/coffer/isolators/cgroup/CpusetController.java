package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.container.Tuning;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

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
    private static final String LIKE_PARENT = "\n";

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
        boolean placed = limits.tuning().cpu().exclusive() > 0
                || limits.tuning().cpu().processors().isPresent();
        if (placed || exclusive.inUse()) {
            place(cgroup, limits.tuning().cpu());
        }
    }

    @Override
    public void prepareInner(Cgroup outer, Cgroup inner) throws ErrnoException {
        if (isV1(outer)) {
            copyIfEmpty(outer, inner);
        }
    }

    @Override
    public void update(Cgroup cgroup, Resources limits) throws ErrnoException {
        Optional<String> nodes = limits.tuning().cpu().memoryNodes();
        if (nodes.isPresent()) {
            cgroup.write(MEMS, nodes.get());
        } else {
            cgroup.write(MEMS, isV1(cgroup) ? parent(cgroup).read(MEMS).strip() : LIKE_PARENT);
        }
        place(cgroup, limits.tuning().cpu());
    }

    /** While nobody else gives or takes processors, or launches a container that would have to be told. */
    private void place(Cgroup cgroup, Tuning.Cpu wanted) throws ErrnoException {
        try {
            exclusive.locked(() -> {
                if (wanted.exclusive() > 0) {
                    take(cgroup, wanted.exclusive());
                } else {
                    share(cgroup, wanted.processors());
                }
            });
        } catch (IOException e) {
            throw asErrno(e);
        }
    }

    /** Keeps as many as it may of those that the container has already. */
    private void take(Cgroup cgroup, int wanted) throws IOException {
        Map<String, CpuSet> taken = exclusive.taken();
        CpuSet former = taken.getOrDefault(name(cgroup), CpuSet.NONE);
        taken.remove(name(cgroup));
        CpuSet free = all(cgroup).without(ExclusiveCpus.union(taken));
        if (free.size() <= wanted) {
            throw new ErrnoException(
                    "taking " + wanted + " of the processors " + free + " for " + cgroup
                            + ", where one must stay for others",
                    Errno.EAGAIN);
        }
        CpuSet mine = free.choose(wanted, former);
        taken.put(name(cgroup), mine);
        requireSomeForAll(cgroup, taken);
        exclusive.forgetWish(name(cgroup));
        exclusive.record(name(cgroup), mine.toString());
        shareAmongOthers(parent(cgroup), taken);
        writeUnlessGone(cgroup, mine);
    }

    private void requireSomeForAll(Cgroup cgroup, Map<String, CpuSet> taken) throws IOException {
        for (Map.Entry<String, CpuSet> wish : exclusive.wishes().entrySet()) {
            boolean other = !taken.containsKey(wish.getKey());
            if (other && wish.getValue().without(ExclusiveCpus.union(taken)).size() == 0) {
                throw new ErrnoException(
                        "taking processors " + taken.get(name(cgroup)) + " for " + cgroup
                                + ", the only ones that container " + wish.getKey() + " may run on",
                        Errno.EAGAIN);
            }
        }
    }

    private void share(Cgroup cgroup, Optional<String> processors) throws IOException {
        Map<String, CpuSet> taken = exclusive.taken();
        boolean gaveBack = taken.remove(name(cgroup)) != null;
        CpuSet all = all(cgroup);
        CpuSet wish = processors.isPresent() ? CpuSet.parse(processors.get()) : all;
        if (wish.without(all.numbers()).size() > 0) {
            throw new ErrnoException(
                    "placing " + cgroup + " on processors " + wish + " of which only " + all + " are there for it",
                    Errno.EINVAL);
        }
        CpuSet rest = wish.without(ExclusiveCpus.union(taken));
        if (rest.size() == 0) {
            throw new ErrnoException(
                    "placing " + cgroup + " on processors " + wish + ", which other containers have to themselves",
                    Errno.EAGAIN);
        }
        if (processors.isPresent()) {
            exclusive.recordWish(name(cgroup), wish.toString());
        } else {
            exclusive.forgetWish(name(cgroup));
        }
        exclusive.forget(name(cgroup));
        if (gaveBack) {
            shareAmongOthers(parent(cgroup), taken);
        }
        writeUnlessGone(cgroup, rest);
    }

    private void shareAmongOthers(Cgroup root, Map<String, CpuSet> taken) throws IOException {
        CpuSet all = all(root.child("any"));
        Map<String, CpuSet> wishes = exclusive.wishes();
        for (String name : root.childNames()) {
            if (!taken.containsKey(name)) {
                CpuSet rest = wishes.getOrDefault(name, all).without(ExclusiveCpus.union(taken));
                writeUnlessGone(root.child(name), rest);
            }
        }
    }

    private static void writeUnlessGone(Cgroup cgroup, CpuSet cpus) throws ErrnoException {
        try {
            if (isV1(cgroup) && !cgroup.childNames().isEmpty()) {
                writeTree(cgroup, cpus);
            } else {
                cgroup.write(CPUS, cpus.toString());
            }
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT) && !e.is(Errno.ENODEV)) {
                throw e;
            }
        }
    }

    /** A v1 cgroup always has all that those below it have: so it first gets both, and loses the former last. */
    private static void writeTree(Cgroup cgroup, CpuSet cpus) throws ErrnoException {
        CpuSet former = CpuSet.parse(cgroup.read(CPUS));
        cgroup.write(CPUS, former.and(cpus).toString());
        for (String name : cgroup.childNames()) {
            writeTree(cgroup.child(name), cpus);
        }
        cgroup.write(CPUS, cpus.toString());
    }

    /** Leaves the processors to the others again. */
    @Override
    public void release(Cgroup cgroup) throws ErrnoException {
        if (!exclusive.knows(name(cgroup))) {
            return;
        }
        try {
            exclusive.locked(() -> {
                exclusive.forgetWish(name(cgroup));
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
