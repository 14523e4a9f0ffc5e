package dev.coffer.linux.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CgroupHierarchiesTest {
    private static CgroupHierarchy carrying(CgroupHierarchies hierarchies, String controller) {
        return hierarchies.carrying(controller).orElseThrow();
    }

    @Test
    void findsOneV1MountPerController() throws ErrnoException {
        CgroupHierarchies found = CgroupHierarchies.of(
                """
                23 1 254:0 / / rw,relatime - ext4 /dev/root rw
                31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
                32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
                33 31 0:30 / /sys/fs/cgroup/cpuacct rw,relatime - cgroup cgroup rw,cpuacct
                35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
                39 31 0:36 / /sys/fs/cgroup/pids rw,relatime - cgroup cgroup rw,pids
                40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
                41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
                """,
                "8:pids:/\n4:memory:/agents/1\n2:cpuacct:/\n1:cpu:/\n0::/\n",
                new ScriptedFiles(Map.of("/sys/fs/cgroup/unified/cgroup.controllers", "hugetlb\n")));
        assertThat(carrying(found, "cpu").mount()).isEqualTo(Path.of("/sys/fs/cgroup/cpu"));
        assertThat(carrying(found, "cpuacct").mount()).isEqualTo(Path.of("/sys/fs/cgroup/cpuacct"));
        assertThat(carrying(found, "pids").version()).isEqualTo(Version.V1);
        assertThat(carrying(found, "memory").ownDirectory()).contains(Path.of("/sys/fs/cgroup/memory/agents/1"));
        assertThat(carrying(found, "memory").cgroup("coffer/c1").directory())
                .isEqualTo(Path.of("/sys/fs/cgroup/memory/coffer/c1"));
        assertThat(found.hasV2()).isTrue();
    }

    @Test
    void sharesOneHierarchyAmongCoMountedControllersOfASystemdHybridHost() throws ErrnoException {
        CgroupHierarchies found = CgroupHierarchies.of(
                """
                25 22 0:21 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:7 - tmpfs tmpfs ro,mode=755
                26 25 0:22 / /sys/fs/cgroup/unified rw,nosuid,nodev,noexec,relatime shared:8 - cgroup2 cgroup2 rw,nsdelegate
                27 25 0:23 / /sys/fs/cgroup/systemd rw,nosuid shared:9 - cgroup cgroup rw,xattr,name=systemd
                30 25 0:26 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:10 master:2 - cgroup cgroup rw,cpu,cpuacct
                31 25 0:27 / /sys/fs/cgroup/memory rw,nosuid shared:11 - cgroup cgroup rw,memory
                """,
                "4:cpu,cpuacct:/system.slice\n0::/system.slice/agent.service\n",
                new ScriptedFiles(Map.of("/sys/fs/cgroup/unified/cgroup.controllers", "pids\n")));
        assertThat(carrying(found, "cpu")).isSameAs(carrying(found, "cpuacct"));
        assertThat(carrying(found, "cpu").controllers()).containsExactlyInAnyOrder("cpu", "cpuacct");
        assertThat(carrying(found, "cpu").ownDirectory()).contains(Path.of("/sys/fs/cgroup/cpu,cpuacct/system.slice"));
        assertThat(carrying(found, "memory").version()).isEqualTo(Version.V1);
        assertThat(carrying(found, "pids").version()).isEqualTo(Version.V2);
        assertThat(carrying(found, "pids").ownDirectory())
                .contains(Path.of("/sys/fs/cgroup/unified/system.slice/agent.service"));
    }

    @Test
    void takesEverythingFromTheV2Mount() throws ErrnoException {
        CgroupHierarchies found = CgroupHierarchies.of(
                "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate,memory_localevents\n",
                "0::/init.scope\n",
                new ScriptedFiles(Map.of("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory hugetlb pids\n")));
        assertThat(carrying(found, "cpu")).isSameAs(carrying(found, "memory")).isSameAs(carrying(found, "pids"));
        assertThat(carrying(found, "cpu").version()).isEqualTo(Version.V2);
        assertThat(carrying(found, "memory").localEvents()).isTrue();
        assertThat(found.carrying("cpuacct")).isEmpty();
    }

    @Test
    void findsNoControllerThatIsNotMounted() throws ErrnoException {
        CgroupHierarchies found = CgroupHierarchies.of(
                "40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\nnonsense\n\n",
                "",
                new ScriptedFiles(Map.of()));
        assertThat(found.carrying("memory")).isEmpty();
        assertThat(found.hasV2()).isFalse();
    }

    @Test
    void placesItselfBelowANestedMountRoot() throws ErrnoException {
        CgroupHierarchies found = CgroupHierarchies.of(
                """
                900 890 0:32 /kubepods/pod7/abc /sys/fs/cgroup/memory ro,nosuid master:11 - cgroup cgroup rw,memory
                901 890 0:36 /kubepods/pod7/abc /sys/fs/cgroup/pids ro - cgroup cgroup rw,pids
                """, "4:memory:/kubepods/pod7/abc/agent\n8:pids:/elsewhere\n", new ScriptedFiles(Map.of()));
        assertThat(carrying(found, "memory").ownDirectory()).contains(Path.of("/sys/fs/cgroup/memory/agent"));
        assertThat(carrying(found, "pids").ownDirectory()).isEmpty();
        assertThat(carrying(found, "memory").cgroup("coffer").directory())
                .isEqualTo(Path.of("/sys/fs/cgroup/memory/agent/coffer"));
    }

    @Test
    void prefersAWholeHierarchyToABindOfAPartOfIt() throws ErrnoException {
        CgroupHierarchies found = CgroupHierarchies.of("""
            50 1 0:36 /part /jail/pids rw - cgroup cgroup rw,pids
            39 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
            """, "8:pids:/\n", new ScriptedFiles(Map.of()));
        assertThat(carrying(found, "pids").mount()).isEqualTo(Path.of("/sys/fs/cgroup/pids"));
    }

    @Test
    void decodesEscapedMountPoints() throws ErrnoException {
        CgroupHierarchies found = CgroupHierarchies.of(
                "39 31 0:36 / /my\\040cgroups\\134x/pids rw - cgroup cgroup rw,pids\n",
                "8:pids:/\n",
                new ScriptedFiles(Map.of()));
        assertThat(carrying(found, "pids").mount()).isEqualTo(Path.of("/my cgroups\\x/pids"));
        assertThat(CgroupMount.unescape("a\\09\\")).isEqualTo("a\\09\\");
    }
}
