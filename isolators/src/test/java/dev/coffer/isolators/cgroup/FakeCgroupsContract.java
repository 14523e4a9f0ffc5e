package dev.coffer.isolators.cgroup;

import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolators.contract.HostIsolatorContract;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.CgroupHierarchies;
import java.util.stream.Collectors;

/** The contract on a host in memory. */
abstract class FakeCgroupsContract extends HostIsolatorContract {
    private final FakeCgroupFiles files;
    private final CgroupHierarchies hierarchies;
    private final String failing;

    FakeCgroupsContract(FakeCgroupFiles files, Host host, String failing) throws ErrnoException {
        this.files = files;
        this.hierarchies = host.of(files);
        this.failing = failing;
    }

    /** What is mounted. */
    @FunctionalInterface
    interface Host {
        CgroupHierarchies of(FakeCgroupFiles files) throws ErrnoException;
    }

    @Override
    protected final HostIsolator isolator() {
        return new CgroupsIsolator(hierarchies);
    }

    @Override
    protected final ContainerSpec spec(ContainerId id) {
        return CgroupSpecs.of(id, CgroupSpecs.limits(1, 64 << 20, 16));
    }

    @Override
    protected final String traces(ContainerId id) {
        return files.directories().stream()
                .filter(path -> path.contains("/" + id.value()))
                .collect(Collectors.joining(" "));
    }

    @Override
    protected final void breakNextCreate() {
        files.fail(failing, Errno.EINVAL);
    }

    @Override
    protected final void repair() {
        files.repair();
    }
}
