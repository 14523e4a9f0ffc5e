package dev.coffer.isolators.cgroup;

import dev.coffer.linux.ErrnoException;

final class CgroupsV1ContractTest extends FakeCgroupsContract {
    CgroupsV1ContractTest() throws ErrnoException {
        super(FakeHosts.v1Files(), FakeHosts::v1, "/cg/memory/coffer/contract-1/memory.limit_in_bytes");
    }
}
