package dev.coffer.isolators.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.seccomp.FilterAction;
import dev.coffer.linux.seccomp.FilterArchitecture;
import dev.coffer.linux.seccomp.FilterCompiler;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program that libseccomp makes of the default profile, evaluated call by call. */
class DefaultProfileTest {
    private static final int X86_64 = FilterArchitecture.X86_64.token();
    private static final int AARCH64 = FilterArchitecture.AARCH64.token();
    private static final int I386 = 0x4000_0003;
    private static final int X32_BIT = 0x4000_0000;

    private static final int ALLOW = FilterAction.ALLOW.code();
    private static final int EPERM = FilterAction.errno(1).code();
    private static final int ENOSYS = FilterAction.errno(38).code();
    private static final int EAFNOSUPPORT = FilterAction.errno(97).code();
    private static final int KILL = FilterAction.KILL_PROCESS.code();

    private static final int IOCTL = 16;
    private static final int SOCKET = 41;
    private static final int CLONE = 56;
    private static final int PERSONALITY = 135;

    private static final long DEFAULT =
            CapabilityPolicy.DEFAULT.stream().mapToLong(Capability::bit).sum();
    private static final List<Long> PROGRAM = compile(DEFAULT, FilterArchitecture.X86_64);
    private static final BpfInterpreter FILTER = new BpfInterpreter(PROGRAM);

    private static List<Long> compile(long capabilities, FilterArchitecture architecture) {
        try {
            return FilterCompiler.installed()
                    .orElseThrow()
                    .compile(
                            SeccompProfiles.builtIn().resolve(new SeccompProfile.Target(capabilities, architecture)),
                            architecture);
        } catch (ErrnoException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "read, 0",
        "write, 1",
        "close, 3",
        "mmap, 9",
        "mprotect, 10",
        "brk, 12",
        "rt_sigaction, 13",
        "rt_sigreturn, 15",
        "sched_yield, 24",
        "nanosleep, 35",
        "getpid, 39",
        "sendfile, 40",
        "connect, 42",
        "accept, 43",
        "fork, 57",
        "vfork, 58",
        "execve, 59",
        "exit, 60",
        "wait4, 61",
        "kill, 62",
        "chown, 92",
        "setuid, 105",
        "setgroups, 116",
        "capset, 126",
        "mknod, 133",
        "arch_prctl, 158",
        "prctl, 157",
        "chroot, 161",
        "futex, 202",
        "getdents64, 217",
        "set_tid_address, 218",
        "exit_group, 231",
        "openat, 257",
        "newfstatat, 262",
        "epoll_pwait, 281",
        "prlimit64, 302",
        "getrandom, 318",
        "memfd_create, 319",
        "seccomp, 317",
        "execveat, 322",
        "statx, 332",
        "rseq, 334",
        "pidfd_open, 434",
        "close_range, 436",
        "openat2, 437",
        "faccessat2, 439",
        "futex_waitv, 449"
    })
    void allowsWhatOrdinaryProgramsNeed(String name, int number) {
        assertThat(FILTER.run(X86_64, number)).as(name).isEqualTo(ALLOW);
    }

    @ParameterizedTest
    @CsvSource({
        "ptrace, 101",
        "syslog, 103",
        "pivot_root, 155",
        "acct, 163",
        "settimeofday, 164",
        "mount, 165",
        "umount2, 166",
        "swapon, 167",
        "reboot, 169",
        "iopl, 172",
        "init_module, 175",
        "quotactl, 179",
        "clock_settime, 227",
        "mbind, 237",
        "kexec_load, 246",
        "add_key, 248",
        "keyctl, 250",
        "unshare, 272",
        "vmsplice, 278",
        "move_pages, 279",
        "perf_event_open, 298",
        "name_to_handle_at, 303",
        "open_by_handle_at, 304",
        "setns, 308",
        "process_vm_readv, 310",
        "kcmp, 312",
        "finit_module, 313",
        "bpf, 321",
        "userfaultfd, 323",
        "io_uring_setup, 425",
        "open_tree, 428",
        "move_mount, 429",
        "fsopen, 430",
        "pidfd_getfd, 438",
        "mount_setattr, 442"
    })
    void refusesWhatReachesTheHost(String name, int number) {
        assertThat(FILTER.run(X86_64, number)).as(name).isEqualTo(EPERM);
    }

    @ParameterizedTest
    @CsvSource({"clone3, 435", "unknown, 999", "modify_ldt, 154", "_sysctl, 156", "create_module, 174", "gap, 400"})
    void saysThatOtherCallsDoNotExist(String name, int number) {
        assertThat(FILTER.run(X86_64, number)).as(name).isEqualTo(ENOSYS);
    }

    @ParameterizedTest
    @ValueSource(ints = {I386, 0xC000_00B7, 0x4000_0028, 0})
    void killsAProcessThatEntersThroughAnotherArchitecture(int architecture) {
        assertThat(FILTER.run(architecture, 1)).isEqualTo(KILL);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 59, 165, 520, 0x3fff_ffff})
    void killsAProcessThatUsesX32Numbers(int number) {
        assertThat(FILTER.run(X86_64, X32_BIT | number)).isEqualTo(KILL);
    }

    @ParameterizedTest
    @CsvSource({
        "0x00000011", // fork
        "0x003d0f00", // pthread_create
        "0x01200011", // posix fork with CLONE_CHILD_SETTID
        "0x00004111" // posix_spawn
    })
    void allowsThreadsAndProcesses(String flags) {
        assertThat(FILTER.run(X86_64, CLONE, Long.decode(flags))).isEqualTo(ALLOW);
    }

    @ParameterizedTest
    @ValueSource(longs = {0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000})
    void refusesEveryNewNamespaceWhateverElseIsAsked(long namespace) {
        assertThat(FILTER.run(X86_64, CLONE, namespace)).isEqualTo(EPERM);
        assertThat(FILTER.run(X86_64, CLONE, namespace | 0x11)).isEqualTo(EPERM);
        assertThat(FILTER.run(X86_64, CLONE, namespace | 0x3d0f00)).isEqualTo(EPERM);
        assertThat(FILTER.run(X86_64, CLONE, 0x7e020000 | namespace)).isEqualTo(EPERM);
        assertThat(FILTER.run(X86_64, CLONE, 0xffff_ffff_0000_0011L | namespace))
                .isEqualTo(EPERM);
    }

    @Test
    void refusesToTypeIntoATerminalAlsoWithHighBitsSet() {
        long tiocsti = 0x5412;

        assertThat(FILTER.run(X86_64, IOCTL, 0, tiocsti)).isEqualTo(EPERM);
        assertThat(FILTER.run(X86_64, IOCTL, 0, tiocsti | 0x1_0000_0000L)).isEqualTo(EPERM);
        assertThat(FILTER.run(X86_64, IOCTL, 0, tiocsti | 0xffff_ffff_0000_0000L))
                .isEqualTo(EPERM);
    }

    @Test
    void allowsEveryOtherIoctl() {
        for (long request = 0; request < 0x10000; request++) {
            if (request != 0x5412) {
                assertThat(FILTER.run(X86_64, IOCTL, 0, request)).isEqualTo(ALLOW);
            }
        }
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            assertThat(FILTER.run(X86_64, IOCTL, 0, 0x5412 ^ 1L << bit)).isEqualTo(ALLOW);
        }
        assertThat(FILTER.run(X86_64, IOCTL, 0, 0x8020_5412L)).isEqualTo(ALLOW);
    }

    @Test
    void allowsOnlyCommonAddressFamilies() {
        Map<Integer, Integer> expected = Map.of(1, ALLOW, 2, ALLOW, 10, ALLOW, 16, ALLOW, 17, EPERM);
        for (int family = 0; family < 18; family++) {
            assertThat(FILTER.run(X86_64, SOCKET, family))
                    .as("family %d", family)
                    .isEqualTo(expected.getOrDefault(family, ENOSYS));
        }
        for (int family = 18; family < 64; family++) {
            assertThat(FILTER.run(X86_64, SOCKET, family))
                    .as("family %d", family)
                    .isEqualTo(EAFNOSUPPORT);
        }
        assertThat(FILTER.run(X86_64, SOCKET, 0x1_0000_0026L))
                .as("AF_ALG, high bit set")
                .isEqualTo(EAFNOSUPPORT);
    }

    @Test
    void allowsRawPacketsWithTheCapability() {
        BpfInterpreter filter =
                new BpfInterpreter(compile(DEFAULT | Capability.NET_RAW.bit(), FilterArchitecture.X86_64));

        assertThat(filter.run(X86_64, SOCKET, 17)).isEqualTo(ALLOW);
        assertThat(filter.run(X86_64, SOCKET, 38)).isEqualTo(EAFNOSUPPORT);
    }

    @Test
    void allowsOnlyHarmlessPersonalities() {
        for (long allowed : new long[] {0, 8, 0x20000, 0x20008, 0xffff_ffffL, -1}) {
            assertThat(FILTER.run(X86_64, PERSONALITY, allowed))
                    .as("%x", allowed)
                    .isEqualTo(ALLOW);
        }
        for (long refused : new long[] {1, 0x40000, 0x400000, 0x20009, 0x7fff_ffffL}) {
            assertThat(FILTER.run(X86_64, PERSONALITY, refused))
                    .as("%x", refused)
                    .isEqualTo(ENOSYS);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SYS_ADMIN, 165", "SYS_ADMIN, 272", "SYS_ADMIN, 308", "SYS_ADMIN, 435", "SYS_ADMIN, 321", "SYS_ADMIN, 170",
        "SYS_PTRACE, 101", "SYS_PTRACE, 310", "SYS_MODULE, 313", "SYS_TIME, 227", "SYS_BOOT, 169", "BPF, 321",
        "PERFMON, 298", "SYSLOG, 103", "SYS_PACCT, 163", "SYS_RAWIO, 172", "SYS_NICE, 237", "DAC_READ_SEARCH, 304",
        "SYS_TTY_CONFIG, 153"
    })
    void allowsACallThatTheTaskHasTheCapabilityFor(Capability capability, int number) {
        List<Long> program = compile(DEFAULT | capability.bit(), FilterArchitecture.X86_64);

        assertThat(new BpfInterpreter(program).run(X86_64, number)).isEqualTo(ALLOW);
        assertThat(FILTER.run(X86_64, number)).isNotEqualTo(ALLOW);
    }

    @Test
    void allowsNewNamespacesToAnAdministrator() {
        List<Long> program = compile(DEFAULT | Capability.SYS_ADMIN.bit(), FilterArchitecture.X86_64);

        assertThat(new BpfInterpreter(program).run(X86_64, CLONE, 0x7e020011)).isEqualTo(ALLOW);
    }

    @Test
    void refusesChrootWithoutTheCapability() {
        List<Long> program = compile(0, FilterArchitecture.X86_64);

        assertThat(new BpfInterpreter(program).run(X86_64, 161)).isEqualTo(EPERM);
    }

    @Test
    void makesTheSameDecisionsOnArm() {
        BpfInterpreter filter = new BpfInterpreter(compile(DEFAULT, FilterArchitecture.AARCH64));

        assertThat(filter.run(AARCH64, 63)).as("read").isEqualTo(ALLOW);
        assertThat(filter.run(AARCH64, 221)).as("execve").isEqualTo(ALLOW);
        assertThat(filter.run(AARCH64, 56)).as("openat").isEqualTo(ALLOW);
        assertThat(filter.run(AARCH64, 40)).as("mount").isEqualTo(EPERM);
        assertThat(filter.run(AARCH64, 97)).as("unshare").isEqualTo(EPERM);
        assertThat(filter.run(AARCH64, 220, 0x11)).as("clone").isEqualTo(ALLOW);
        assertThat(filter.run(AARCH64, 220, 0x10000011)).as("clone").isEqualTo(EPERM);
        assertThat(filter.run(AARCH64, 29, 0, 0x5412)).as("ioctl").isEqualTo(EPERM);
        assertThat(filter.run(AARCH64, 435)).as("clone3").isEqualTo(ENOSYS);
        assertThat(filter.run(AARCH64, 999)).isEqualTo(ENOSYS);
        assertThat(filter.run(X86_64, 0)).isEqualTo(KILL);
    }

    @Test
    void answersCommonCallsWithinTwentyInstructions() {
        assertThat(PROGRAM).hasSizeLessThan(1000);
        for (int number : new int[] {0, 1, 3, 9, 35, 202, 257}) {
            FILTER.run(X86_64, number);
            assertThat(FILTER.steps()).as("call %d", number).isLessThanOrEqualTo(20);
        }
    }

    @Test
    void isTheProfileWhoseDigestIsWrittenDown() throws IOException, NoSuchAlgorithmException {
        try (InputStream json = SeccompIsolator.class.getResourceAsStream(SeccompProfiles.BUILT_IN)) {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(json.readAllBytes());
            assertThat(HexFormat.of().formatHex(digest)).isEqualTo(SeccompProfiles.BUILT_IN_DIGEST);
        }
    }
}
