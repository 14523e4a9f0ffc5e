/* Namespaces that must be there before the child is: a user namespace with those it owns, and a time namespace.
 *
 * The child keeps the host's privileges while it mounts and makes what no user namespace may, in namespaces that the
 * container's user namespace owns already, and gives them up by entering it. See user_namespaces(7). */
#define _GNU_SOURCE
#include "shim.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>

enum { STANDARD_STREAMS = 3 };

static const struct {
    const char *file;
    uint64_t flag;
} OWNED[OWNED_NAMESPACES] = {
    [OWNED_USER] = {"ns/user", CLONE_NEWUSER},
    [OWNED_NET] = {"ns/net", CLONE_NEWNET},
    [OWNED_IPC] = {"ns/ipc", CLONE_NEWIPC},
    [OWNED_UTS] = {"ns/uts", CLONE_NEWUTS},
};

uint64_t flags_of_owned(void)
{
    uint64_t flags = 0;
    for (size_t i = 0; i < OWNED_NAMESPACES; i++) {
        flags |= OWNED[i].flag;
    }
    return flags;
}

/* Opens a file or directory of the host's /proc, checked to be that. */
static int open_proc(int directory_fd, const char *path, int flags)
{
    struct statfs fs;
    int fd = openat(directory_fd, path, flags | O_CLOEXEC);
    if (fd < 0 || (fstatfs(fd, &fs) == 0 && (long)fs.f_type == MAGIC_PROC)) {
        return fd;
    }
    close(fd);
    errno = EXDEV;
    return -1;
}

static int write_proc(int directory_fd, const char *path, const char *bytes, size_t length)
{
    int fd = open_proc(directory_fd, path, O_WRONLY);
    if (fd < 0) {
        return -1;
    }
    ssize_t n = write(fd, bytes, length);
    int error = errno;
    close(fd);
    errno = error;
    return n == (ssize_t)length ? 0 : -1;
}

/* Lets the ids from 0 on be those of the host from first on. */
static int write_map(int process, const char *file, uint64_t first, uint64_t count)
{
    struct text text = {.length = 0};
    add_text(&text, "0 ");
    add_number(&text, first);
    add_text(&text, " ");
    add_number(&text, count);
    add_text(&text, "\n");
    return write_proc(process, file, text.bytes, text.length);
}

static int open_owned(struct launch *launch, int process)
{
    for (size_t i = 0; i < OWNED_NAMESPACES; i++) {
        if (i != OWNED_USER && (launch->header->namespaces & OWNED[i].flag) == 0) {
            continue;
        }
        launch->owned_fd[i] = openat(process, OWNED[i].file, O_RDONLY | O_CLOEXEC);
        if (launch->owned_fd[i] < 0) {
            return -1;
        }
    }
    return 0;
}

static int take_namespaces(struct launch *launch, pid_t holder, const struct arg *args)
{
    struct text path = {.length = 0};
    add_text(&path, "/proc/");
    add_number(&path, (uint64_t)holder);
    path.bytes[path.length] = '\0';
    int process = open_proc(AT_FDCWD, path.bytes, O_PATH | O_DIRECTORY);
    if (process < 0) {
        return -1;
    }
    int result = -1;
    if (write_map(process, "uid_map", args[0].number, args[2].number) == 0 &&
        write_map(process, "gid_map", args[1].number, args[2].number) == 0) {
        result = open_owned(launch, process);
    }
    int error = errno;
    close(process);
    errno = error;
    return result;
}

/* Is in the new namespaces until the supervisor has opened them, or is gone. */
static _Noreturn void hold(const int word[2])
{
    char byte;
    close(word[1]);
    while (read(word[0], &byte, 1) < 0 && errno == EINTR) {
    }
    _exit(0);
}

/* args: first user and first group of the host, number of both. Made by a process of its own, because whoever makes a
 * user namespace is in it, and the supervisor and the child still need the host's privileges. */
int prepare_user_namespace(struct launch *launch, const struct arg *args)
{
    int word[2];
    if (pipe2(word, O_CLOEXEC) < 0) {
        return -1;
    }
    struct clone_args_v2 clone_args = {.flags = CLONE_NEWUSER | (launch->header->namespaces & flags_of_owned())};
    pid_t holder = (pid_t)syscall(NR_CLONE3, &clone_args, sizeof clone_args);
    if (holder == 0) {
        hold(word);
    }
    int result = holder < 0 ? -1 : take_namespaces(launch, holder, args);
    int error = errno;
    close(word[0]);
    close(word[1]);
    if (holder > 0) {
        waitpid(holder, NULL, __WALL);
    }
    launch->owner[0] = (uint32_t)args[0].number;
    launch->owner[1] = (uint32_t)args[1].number;
    errno = error;
    return result;
}

/* What this process makes from now on belongs to the container's root, and may be made on mounts that know no other
 * users, but it keeps the host's privileges. */
static int make_files_as(const uint32_t owner[2])
{
    if (prctl(PR_SET_SECUREBITS, SECURE_NO_SETUID_FIXUP, 0, 0, 0) < 0) {
        return -1;
    }
    setfsgid(owner[1]);
    setfsuid(owner[0]);
    /* neither says whether it worked */
    if ((uint32_t)setfsgid((gid_t)-1) != owner[1] || (uint32_t)setfsuid((uid_t)-1) != owner[0]) {
        errno = EPERM;
        return -1;
    }
    return 0;
}

/* The child joins all but the user namespace itself. */
int run_user_namespace(struct launch *launch, const struct arg *args)
{
    (void)args;
    for (size_t i = 0; i < OWNED_NAMESPACES; i++) {
        if (i == OWNED_USER || launch->owned_fd[i] < 0) {
            continue;
        }
        if (setns(launch->owned_fd[i], (int)OWNED[i].flag) < 0) {
            return -1;
        }
        close(launch->owned_fd[i]);
        launch->owned_fd[i] = -1;
    }
    return make_files_as(launch->owner);
}

/* So that a task can open /dev/stdout: pipes without a name, and files if they are ours. */
static int own_streams(const uint32_t owner[2], bool files)
{
    for (int fd = 0; fd < STANDARD_STREAMS; fd++) {
        struct stat st;
        struct statfs fs;
        if (fstat(fd, &st) < 0 || fstatfs(fd, &fs) < 0) {
            return -1;
        }
        bool ours = S_ISFIFO(st.st_mode) ? (long)fs.f_type == MAGIC_PIPEFS : files && S_ISREG(st.st_mode);
        if (ours && fchown(fd, owner[0], owner[1]) < 0) {
            return -1;
        }
    }
    return 0;
}

/* A change of user clears the wish to die with the supervisor. If it died before we could say so again, nobody reads
 * what init would write. */
static int die_with_supervisor(const struct launch *launch)
{
    struct pollfd supervisor = {.fd = launch->status_fd, .events = 0};
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 || poll(&supervisor, 1, 0) < 0) {
        return -1;
    }
    if ((supervisor.revents & POLLERR) != 0) {
        errno = ESRCH;
        return -1;
    }
    return 0;
}

/* args: whether files that are standard streams are the container's own. Mounts are copied on entering, and with that
 * fixed: not even with CAP_SYS_ADMIN can a task undo one of them. */
int run_enter_user_namespace(struct launch *launch, const struct arg *args)
{
    if (own_streams(launch->owner, args[0].number != 0) < 0 || setns(launch->owned_fd[OWNED_USER], CLONE_NEWUSER) < 0 ||
        syscall(SYS_setgroups, 0, NULL) < 0 || syscall(SYS_setresgid, 0, 0, 0) < 0 ||
        syscall(SYS_setresuid, 0, 0, 0) < 0 || unshare(CLONE_NEWNS) < 0) {
        return -1;
    }
    close(launch->owned_fd[OWNED_USER]);
    launch->owned_fd[OWNED_USER] = -1;
    return die_with_supervisor(launch);
}

/* Maps the owners of every mount of a detached tree; without a user namespace they are the container's users already.
 * EINVAL: a file system that cannot. See mount_setattr(2). */
int map_owners(const struct launch *launch, int tree_fd)
{
    if (launch->owned_fd[OWNED_USER] < 0) {
        return 0;
    }
    struct mount_attr_args attr = {.attr_set = ATTR_IDMAP, .userns_fd = (uint64_t)launch->owned_fd[OWNED_USER]};
    return (int)syscall(NR_MOUNT_SETATTR, tree_fd, "", AT_EMPTY_PATH | AT_RECURSIVE_FLAG, &attr, sizeof attr);
}

/* args: lines for timens_offsets, which must be written before anybody is in the namespace: the child is the first. See
 * time_namespaces(7). */
int prepare_time_namespace(struct launch *launch, const struct arg *args)
{
    (void)launch;
    if (unshare(CLONE_NEWTIME_FLAG) < 0) {
        return -1;
    }
    size_t length = args[0].length - 1;
    return length == 0 ? 0 : write_proc(AT_FDCWD, "/proc/self/timens_offsets", args[0].bytes, length);
}

/* coffer-shim --map-owners DIR, for coffer doctor: tells the agent how mapping the owners there ended, attaching
 * nothing.
 */
_Noreturn void try_mapping(struct launch *launch, const char *directory)
{
    static const struct wire_header nothing_else;
    struct arg args[] = {{.number = 1}, {.number = 1}, {.number = 1}};
    launch->header = &nothing_else;
    int tree = (int)syscall(NR_OPEN_TREE, AT_FDCWD, directory, OPEN_TREE_CLONE_FLAG | O_CLOEXEC);
    bool mapped = tree >= 0 && prepare_user_namespace(launch, args) == 0 && map_owners(launch, tree) == 0;
    report_no_launcher(mapped ? 0 : errno);
    _exit(0);
}
