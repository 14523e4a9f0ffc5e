package dev.coffer.linux.cgroup;

import dev.coffer.linux.ErrnoException;
import java.util.List;

/**
 * A loaded program that decides which devices the processes of v2 cgroups may use. It goes on deciding for the cgroups it is
 * attached to until they are removed, whatever becomes of this process.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#device-controller">Device controller</a>
 */
public final class DeviceFilter implements AutoCloseable {
    private final int program;

    private DeviceFilter(int program) {
        this.program = program;
    }

    /**
     * Loads a program that allows what the rules allow and nothing else.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/bpf.2.html">bpf(2)</a>
     */
    public static DeviceFilter allowing(List<DeviceRule> rules) throws ErrnoException {
        return new DeviceFilter(LibcBpf.load(DeviceProgram.of(rules)));
    }

    /**
     * Whether the kernel filters devices of v2 cgroups; true also if this process may not ask.
     *
     * @param cgroup any that exists
     */
    public static boolean present(Cgroup cgroup) {
        return LibcBpf.canQuery(cgroup.directory().toString());
    }

    /** Makes it decide for a cgroup that has no filter of its own yet, and for everything below. */
    public void attach(Cgroup cgroup) throws ErrnoException {
        LibcBpf.attach(cgroup.directory().toString(), program, 0);
    }

    /** Makes it decide in place of the filters that the cgroup has of its own; at no moment is there none. */
    public void replace(Cgroup cgroup) throws ErrnoException {
        LibcBpf.replaceAll(cgroup.directory().toString(), program);
    }

    /** Cgroups keep what is attached to them. */
    @Override
    public void close() {
        LibcBpf.close(program);
    }
}
