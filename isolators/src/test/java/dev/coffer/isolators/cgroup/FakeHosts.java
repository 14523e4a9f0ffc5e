package dev.coffer.isolators.cgroup;

import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.CgroupHierarchies;

/** Hosts as they are met: every controller in v1, every one in v2, and some of each. */
final class FakeHosts {
    private static final String V1_MOUNTS = """
        31 23 0:28 / /cg rw - tmpfs tmpfs rw,mode=755
        32 31 0:29 / /cg/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct
        35 31 0:32 / /cg/memory rw - cgroup cgroup rw,memory
        """;
    private static final String V1_PIDS = "39 31 0:36 / /cg/pids rw - cgroup cgroup rw,pids\n";

    private FakeHosts() {}

    static FakeCgroupFiles v1Files() {
        return new FakeCgroupFiles()
                .mount(
                        "/cg/cpu,cpuacct",
                        "cpu.shares",
                        "1024",
                        "cpu.cfs_period_us",
                        "100000",
                        "cpu.cfs_quota_us",
                        "-1",
                        "cpu.cfs_burst_us",
                        "0",
                        "cpu.idle",
                        "0",
                        "cpu.stat",
                        "nr_periods 9\nnr_throttled 3\nthrottled_time 1234\n",
                        "cpuacct.usage",
                        "5678\n")
                .mount(
                        "/cg/memory",
                        "memory.soft_limit_in_bytes",
                        "9223372036854771712",
                        "memory.limit_in_bytes",
                        "9223372036854771712\n",
                        "memory.memsw.limit_in_bytes",
                        "9223372036854771712",
                        "memory.use_hierarchy",
                        "0\n",
                        "memory.stat",
                        "cache 1\nrss 2\ntotal_cache 100\ntotal_rss 200\ntotal_mapped_file 30\ntotal_swap 0\n",
                        "memory.max_usage_in_bytes",
                        "5000\n",
                        "memory.usage_in_bytes",
                        "4096\n",
                        "memory.oom_control",
                        "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n")
                .mount("/cg/pids", "pids.max", "max", "pids.current", "4\n");
    }

    static CgroupHierarchies v1(FakeCgroupFiles files) throws ErrnoException {
        return CgroupHierarchies.of(V1_MOUNTS + V1_PIDS, "1:cpu,cpuacct:/\n4:memory:/\n8:pids:/\n", files);
    }

    static FakeCgroupFiles v2Files() {
        return new FakeCgroupFiles()
                .mount(
                        "/cg2",
                        "cgroup.controllers",
                        "cpuset cpu io memory pids\n",
                        "cgroup.subtree_control",
                        "",
                        "cgroup.kill",
                        "",
                        "cpu.weight",
                        "100",
                        "cpu.max",
                        "max 100000",
                        "cpu.max.burst",
                        "0\n",
                        "cpu.idle",
                        "0\n",
                        "cpu.stat",
                        "usage_usec 5\nuser_usec 3\nsystem_usec 2\nnr_periods 1\nnr_throttled 1\nthrottled_usec 7\n",
                        "memory.max",
                        "max\n",
                        "memory.high",
                        "max\n",
                        "memory.low",
                        "0\n",
                        "memory.oom.group",
                        "0\n",
                        "memory.peak",
                        "9000\n",
                        "memory.stat",
                        "anon 200\nfile 100\nkernel 50\nfile_mapped 30\npgfault 7\n",
                        "memory.pressure",
                        "some avg10=0.00 avg60=0.00 avg300=0.00 total=12\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=3\n",
                        "memory.swap.max",
                        "max",
                        "memory.current",
                        "8192\n",
                        "memory.events",
                        "low 0\nhigh 0\nmax 4\noom 1\noom_kill 1\noom_group_kill 0\n",
                        "pids.max",
                        "max",
                        "pids.current",
                        "6\n");
    }

    static CgroupHierarchies v2(FakeCgroupFiles files, String options) throws ErrnoException {
        return CgroupHierarchies.of("30 1 0:26 / /cg2 rw - cgroup2 cgroup2 " + options + "\n", "0::/\n", files);
    }

    /** cpu and memory in v1, pids in v2. */
    static FakeCgroupFiles hybridFiles() {
        FakeCgroupFiles files = v1Files();
        return files.mount(
                "/cg/unified",
                "cgroup.controllers",
                "pids\n",
                "cgroup.subtree_control",
                "",
                "cgroup.kill",
                "",
                "pids.max",
                "max",
                "pids.current",
                "6\n");
    }

    static CgroupHierarchies hybrid(FakeCgroupFiles files) throws ErrnoException {
        return CgroupHierarchies.of(
                V1_MOUNTS + "41 31 0:38 / /cg/unified rw - cgroup2 cgroup2 rw\n", "4:memory:/\n0::/\n", files);
    }
}
