package dev.coffer.it.storage;

import dev.coffer.testing.ExcludedOnKernel;
import dev.coffer.testing.Kernel;
import java.util.List;

/** disk/ext4. */
@ExcludedOnKernel(
        value = {Kernel.HOST_V1, Kernel.HOST_V2},
        reason = "build machines' kernels are often built without project quotas; the VM's has them")
class Ext4QuotaKernelIT extends ProjectQuotaStories {
    @Override
    String isolator() {
        return "disk/ext4";
    }

    @Override
    List<String> mkfs() {
        return List.of("mke2fs", "-q", "-t", "ext4", "-O", "project,quota", "-E", "quotatype=prjquota");
    }
}
