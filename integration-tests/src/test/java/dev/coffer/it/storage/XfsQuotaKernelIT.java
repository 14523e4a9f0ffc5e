package dev.coffer.it.storage;

import dev.coffer.testing.ExcludedOnKernel;
import dev.coffer.testing.Kernel;
import java.util.List;

/** disk/xfs. */
@ExcludedOnKernel(
        value = {Kernel.HOST_V1, Kernel.HOST_V2},
        reason = "build machines' kernels are often built without project quotas; the VM's has them")
class XfsQuotaKernelIT extends ProjectQuotaStories {
    @Override
    String isolator() {
        return "disk/xfs";
    }

    @Override
    List<String> mkfs() {
        return List.of("mkfs.xfs", "-q");
    }
}
