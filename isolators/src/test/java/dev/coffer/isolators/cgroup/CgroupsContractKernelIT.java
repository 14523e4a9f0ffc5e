package dev.coffer.isolators.cgroup;

import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolators.contract.HostIsolatorContract;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.CgroupFiles;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;

/** The contract on the running kernel. */
final class CgroupsContractKernelIT extends HostIsolatorContract {
    private final KernelCgroups kernel;
    private boolean failMemory;

    CgroupsContractKernelIT() throws ErrnoException {
        kernel = new KernelCgroups(failingFiles());
    }

    /** The kernel's, but a write to a memory limit fails when asked to. */
    private CgroupFiles failingFiles() {
        return (CgroupFiles) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {CgroupFiles.class}, (proxy, method, arguments) -> {
                    if (failMemory
                            && method.getName().equals("write")
                            && ((String) arguments[0]).contains("/memory.")) {
                        throw new ErrnoException("write(" + arguments[0] + ")", Errno.EBUSY);
                    }
                    try {
                        return method.invoke(CgroupFiles.kernel(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @AfterEach
    void removeRoot() throws ErrnoException {
        kernel.close();
    }

    @Override
    protected HostIsolator isolator() {
        return kernel.isolator();
    }

    @Override
    protected ContainerSpec spec(ContainerId id) {
        return CgroupSpecs.of(id, CgroupSpecs.limits(1, 64 << 20, 16));
    }

    @Override
    protected String traces(ContainerId id) {
        return kernel.directories().stream()
                .filter(path -> path.endsWith(id.value()))
                .map(Path::toString)
                .collect(Collectors.joining(" "));
    }

    @Override
    protected void breakNextCreate() {
        failMemory = true;
    }

    @Override
    protected void repair() {
        failMemory = false;
    }
}
