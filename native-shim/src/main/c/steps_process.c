/* Host name, network and what the task's own process is given before it changes user. */
#define _GNU_SOURCE
#include "shim.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>

int run_hostname(struct launch *launch, const struct arg *args)
{
    (void)launch;
    return sethostname(args[0].bytes, args[0].length - 1);
}

/* Reads first: writing, also of what is so already, waits for a lock that the removal of other namespaces holds. */
static int raise_interface(int fd)
{
    struct ifreq request;
    memset(&request, 0, sizeof request);
    memcpy(request.ifr_name, "lo", sizeof "lo");
    if (ioctl(fd, SIOCGIFFLAGS, &request) < 0) {
        return -1;
    }
    if ((request.ifr_flags & IFF_UP) != 0) {
        return 0;
    }
    request.ifr_flags |= IFF_UP;
    return ioctl(fd, SIOCSIFFLAGS, &request);
}

int bring_loopback_up(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    int result = raise_interface(fd);
    int error = errno;
    close(fd);
    errno = error;
    return result;
}

int run_loopback_up(struct launch *launch, const struct arg *args)
{
    (void)launch;
    (void)args;
    return bring_loopback_up();
}

int run_session_keyring(struct launch *launch, const struct arg *args)
{
    (void)launch;
    (void)args;
    long result = syscall(SYS_keyctl, KEYCTL_JOIN_SESSION, NULL, 0, 0, 0);
    /* A kernel without keyrings has none to leak. */
    return result < 0 && errno != ENOSYS ? -1 : 0;
}

/* args: resource, soft, hard */
int run_set_rlimit(struct launch *launch, const struct arg *args)
{
    (void)launch;
    struct rlimit limit = {.rlim_cur = (rlim_t)args[1].number, .rlim_max = (rlim_t)args[2].number};
    return setrlimit((int)args[0].number, &limit);
}

/* A file of procfs, opened for writing. A root file system decides what lies at /proc, and other containers that share
 * a volume may mount while we look (CVE-2025-52881): it must be the root of a procfs, and nothing mounted upon it is
 * entered.
 */
static int open_in_proc(const char *path)
{
    struct statfs fs;
    struct stat st;
    struct open_how_args how = {.flags = O_WRONLY | O_CLOEXEC | O_NOFOLLOW,
                                .resolve = RESOLVE_BENEATH_FLAG | RESOLVE_NO_XDEV_FLAG | RESOLVE_NO_MAGICLINKS_FLAG};
    int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (proc < 0) {
        return -1;
    }
    int fd = -1;
    if (fstatfs(proc, &fs) == 0 && fstat(proc, &st) == 0) {
        if ((long)fs.f_type == MAGIC_PROC && st.st_ino == PROC_ROOT_INODE) {
            fd = (int)syscall(NR_OPENAT2, proc, path, &how, sizeof how);
        } else {
            errno = EXDEV;
        }
    }
    int error = errno;
    close(proc);
    errno = error;
    return fd;
}

static int write_and_close(int fd, const struct arg *text)
{
    if (fd < 0) {
        return -1;
    }
    int result = write(fd, text->bytes, text->length - 1) < 0 ? -1 : 0;
    int error = errno;
    close(fd);
    errno = error;
    return result;
}

/* args: score */
int run_set_oom_score_adj(struct launch *launch, const struct arg *args)
{
    (void)launch;
    return write_and_close(open_in_proc("self/oom_score_adj"), &args[0]);
}

/* args: "exec <profile>". Kernels before 5.8 know only the older of the two names. */
int run_apparmor_profile(struct launch *launch, const struct arg *args)
{
    (void)launch;
    int fd = open_in_proc("self/attr/apparmor/exec");
    if (fd < 0 && errno == ENOENT) {
        fd = open_in_proc("self/attr/exec");
    }
    return write_and_close(fd, &args[0]);
}

static int make_and_enter(const struct arg *args)
{
    int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) {
        return -1;
    }
    bool missing = false;
    int fd = open_beneath(root, args[0].bytes, O_PATH | O_DIRECTORY, true);
    if (fd < 0 && errno == ENOENT) {
        missing = true;
        fd = open_directory_made(root, args[0].bytes, true);
    }
    int result = fd < 0 ? -1 : fchdir(fd);
    if (result == 0 && missing) {
        result = fchownat(AT_FDCWD, ".", (uid_t)args[1].number, (gid_t)args[2].number, AT_SYMLINK_NOFOLLOW);
    }
    int error = errno;
    close(root);
    close(fd);
    errno = error;
    return result;
}

/* args: path, uid and gid of a directory that is made. The path is opened with magic links refused, and the kernel is
 * asked where we are: a working directory outside the root is reported without a leading slash (CVE-2024-21626). */
int run_working_directory(struct launch *launch, const struct arg *args)
{
    (void)launch;
    char path[4096];
    if (make_and_enter(args) < 0) {
        return -1;
    }
    if (syscall(SYS_getcwd, path, sizeof path) < 0) {
        return -1;
    }
    if (path[0] != '/') {
        errno = EXDEV;
        return -1;
    }
    return 0;
}

int run_no_new_privileges(struct launch *launch, const struct arg *args)
{
    (void)launch;
    (void)args;
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
