package dev.coffer.isolators.cgroup;

import dev.coffer.linux.ErrnoException;

final class CgroupsV2ContractTest extends FakeCgroupsContract {
    CgroupsV2ContractTest() throws ErrnoException {
        super(FakeHosts.v2Files(), files -> FakeHosts.v2(files, "rw"), "/cg2/coffer/contract-1/memory.max");
    }
}
