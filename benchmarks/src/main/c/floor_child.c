/* The child of one launch: namespaces, cgroups, mounts, pivot_root, exec. */
#define _GNU_SOURCE
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define NR_CLONE3 435
#define CLONE_INTO_CGROUP_FLAG 0x200000000ULL
#define CLONE_NEWCGROUP_FLAG 0x02000000

enum { STACK_SIZE = 64 << 10, CHILD_FAILED = 100 };

/* struct clone_args of linux/sched.h, which older headers lack. */
struct clone_arguments {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

static void mark(const struct launch *launch, enum mark mark_)
{
    launch->lap->at[mark_] = now_us();
}

static int mount_root(const struct launch *launch)
{
    static char data[OPTIONS_SIZE];
    char target[PATH_SIZE];
    put(data, sizeof data, "lowerdir=%s", options.lower);
    for (int i = 1; i < options.layers; i++) {
        size_t length = strlen(data);
        put(data + length, sizeof data - length, ":%s/layer%d", options.state, i);
    }
    size_t length = strlen(data);
    put(data + length, sizeof data - length, ",upperdir=%s/u,workdir=%s/w%s", launch->base, launch->base,
        options.discard ? ",volatile" : "");
    put(target, sizeof target, "%s/m", launch->base);
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 || mount("overlay", target, "overlay", 0, data) < 0) {
        return -1;
    }
    return chdir(target);
}

static int mount_proc_and_sys(void)
{
    unsigned long inert = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    if (mount("proc", "proc", "proc", inert, NULL) < 0) {
        return -1;
    }
    return mount("sysfs", "sys", "sysfs", inert | MS_RDONLY, NULL);
}

static int make_devices(void)
{
    static const struct {
        const char *path;
        unsigned major, minor;
    } devices[] = {{"dev/null", 1, 3},   {"dev/zero", 1, 5},    {"dev/full", 1, 7},
                   {"dev/random", 1, 8}, {"dev/urandom", 1, 9}, {"dev/tty", 5, 0}};
    mode_t before = umask(0);
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++) {
        if (mknod(devices[i].path, S_IFCHR | 0666, makedev(devices[i].major, devices[i].minor)) < 0) {
            return -1;
        }
    }
    umask(before);
    return 0;
}

static int mount_dev(void)
{
    unsigned long inert = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    if (mount("tmpfs", "dev", "tmpfs", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k") < 0 || make_devices() < 0 ||
        mkdir("dev/pts", 0755) < 0 || mkdir("dev/shm", 0755) < 0 || mkdir("dev/mqueue", 0755) < 0) {
        return -1;
    }
    if (mount("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620") < 0 ||
        mount("shm", "dev/shm", "tmpfs", inert, "mode=1777,size=65536k") < 0 ||
        mount("mqueue", "dev/mqueue", "mqueue", inert, NULL) < 0) {
        return -1;
    }
    return symlink("pts/ptmx", "dev/ptmx") < 0 ? -1 : symlink("/proc/self/fd", "dev/fd");
}

static int pivot(void)
{
    if (syscall(SYS_pivot_root, ".", ".") < 0 || umount2(".", MNT_DETACH) < 0) {
        return -1;
    }
    return chdir("/");
}

static int host_name_and_loopback(const struct launch *launch)
{
    if (sethostname(launch->name, strlen(launch->name)) < 0) {
        return -1;
    }
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq request;
    memset(&request, 0, sizeof request);
    memcpy(request.ifr_name, "lo", sizeof "lo");
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    int result = ioctl(fd, SIOCSIFFLAGS, &request);
    close(fd);
    return result;
}

static void require(struct launch *launch, int result, const char *step)
{
    if (result < 0) {
        launch->failed_step = step;
        _exit(CHILD_FAILED);
    }
}

static int run_child(void *argument)
{
    struct launch *launch = argument;
    mark(launch, CLONED);
    require(launch, cgroup_join(launch), "join cgroups");
    mark(launch, CGROUPS_JOINED);
    require(launch, unshare(CLONE_NEWCGROUP_FLAG), "unshare cgroup namespace");
    mark(launch, CGROUP_NAMESPACE);
    require(launch, mount_root(launch), "mount overlay");
    mark(launch, ROOT_MOUNTED);
    require(launch, mount_proc_and_sys(), "mount proc and sys");
    mark(launch, PROC_MOUNTED);
    require(launch, mount_dev(), "make dev");
    mark(launch, DEV_MADE);
    require(launch, pivot(), "pivot_root");
    mark(launch, PIVOTED);
    require(launch, host_name_and_loopback(launch), "set host name and loopback");
    mark(launch, NETWORK_UP);
    char *const arguments[] = {(char *)options.program, NULL};
    char *const environment[] = {"PATH=/bin", NULL};
    execve(options.program, arguments, environment);
    require(launch, -1, "exec");
    return 0;
}

/* clone3 is the only way to be born in a cgroup, and without a stack of its own the child cannot share our memory: one
 * copy of this small process's page tables more than on v1. */
static int clone_into_cgroup(struct launch *launch, uint64_t namespaces)
{
    struct clone_arguments arguments = {
        .flags = namespaces | CLONE_VFORK | CLONE_INTO_CGROUP_FLAG,
        .exit_signal = SIGCHLD,
        .cgroup = (uint64_t)launch->cgroup_fds[0],
    };
    long pid = syscall(NR_CLONE3, &arguments, sizeof arguments);
    if (pid == 0) {
        run_child(launch);
    }
    return (int)pid;
}

int start_child(struct launch *launch)
{
    static char *stack;
    int namespaces = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNET;
    if (cgroup_is_v2()) {
        return clone_into_cgroup(launch, (uint64_t)namespaces);
    }
    if (stack == NULL) {
        stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (stack == MAP_FAILED) {
            die("mmap");
        }
    }
    return clone(run_child, stack + STACK_SIZE, namespaces | CLONE_VM | CLONE_VFORK | SIGCHLD, launch);
}
