/* What a hostile task tries, one attempt per start. Prints what came of it in one line: "refused EPERM", "allowed", or
 * what was found. Static, because it is put into images that have no libraries. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

struct name {
    const char *name;
    long number;
};

static const struct name ERRORS[] = {
    {"EPERM", EPERM},   {"EACCES", EACCES}, {"ENOSYS", ENOSYS},
    {"EROFS", EROFS},   {"EINVAL", EINVAL}, {"ENOENT", ENOENT},
    {"EBADF", EBADF},   {"EFAULT", EFAULT}, {"ETXTBSY", ETXTBSY},
    {"ESRCH", ESRCH},   {"ENXIO", ENXIO},   {"ECONNREFUSED", ECONNREFUSED},
    {"EIO", EIO},       {"ENODEV", ENODEV}, {"EAFNOSUPPORT", EAFNOSUPPORT},
    {"EXDEV", EXDEV},   {"ENOTTY", ENOTTY}, {"EOPNOTSUPP", EOPNOTSUPP},
    {"ELOOP", ELOOP},   {"EBUSY", EBUSY},   {"ENOTDIR", ENOTDIR},
    {"EISDIR", EISDIR}, {"EAGAIN", EAGAIN}, {"EPROTONOSUPPORT", EPROTONOSUPPORT},
};

/* Numbers from 424 on are the same everywhere; libraries need not have the names yet. */
static const struct name CALLS[] = {
    {"acct", SYS_acct},
    {"add_key", SYS_add_key},
    {"bpf", SYS_bpf},
    {"chroot", SYS_chroot},
    {"clone", SYS_clone},
    {"clone3", 435},
    {"delete_module", SYS_delete_module},
    {"fanotify_init", SYS_fanotify_init},
    {"finit_module", SYS_finit_module},
    {"fsopen", 430},
    {"getppid", SYS_getppid},
    {"init_module", SYS_init_module},
    {"io_uring_setup", 425},
    {"ioctl", SYS_ioctl},
    {"kexec_load", SYS_kexec_load},
    {"keyctl", SYS_keyctl},
    {"kill", SYS_kill},
    {"landlock_create_ruleset", 444},
    {"mknodat", SYS_mknodat},
    {"mount", SYS_mount},
    {"mount_setattr", 442},
    {"move_mount", 429},
    {"name_to_handle_at", SYS_name_to_handle_at},
    {"open_by_handle_at", SYS_open_by_handle_at},
    {"open_tree", 428},
    {"openat", SYS_openat},
    {"perf_event_open", SYS_perf_event_open},
    {"personality", SYS_personality},
    {"pidfd_getfd", 438},
    {"pidfd_open", 434},
    {"pivot_root", SYS_pivot_root},
    {"process_vm_readv", SYS_process_vm_readv},
    {"process_vm_writev", SYS_process_vm_writev},
    {"ptrace", SYS_ptrace},
    {"quotactl", SYS_quotactl},
    {"reboot", SYS_reboot},
    {"sethostname", SYS_sethostname},
    {"setns", SYS_setns},
    {"settimeofday", SYS_settimeofday},
    {"setxattr", SYS_setxattr},
    {"socket", SYS_socket},
    {"swapon", SYS_swapon},
    {"syslog", SYS_syslog},
    {"umount2", SYS_umount2},
    {"unshare", SYS_unshare},
    {"userfaultfd", SYS_userfaultfd},
};

struct call {
    long number;
    unsigned long args[6];
    long result;
    int error;
};

static int usage(void)
{
    fputs("usage: hostile ATTEMPT [ARGUMENT...]\n", stderr);
    return 2;
}

static int say(long result, int error)
{
    if (result >= 0) {
        puts("allowed");
        return 0;
    }
    for (size_t i = 0; i < sizeof ERRORS / sizeof ERRORS[0]; i++) {
        if (ERRORS[i].number == error) {
            printf("refused %s\n", ERRORS[i].name);
            return 0;
        }
    }
    printf("refused %d\n", error);
    return 0;
}

/* A number as such, anything else as a pointer to it. */
static unsigned long argument(const char *text)
{
    char *end;
    unsigned long number = strtoul(text, &end, 0);
    return *end == '\0' && *text != '\0' ? number : (unsigned long)(uintptr_t)text;
}

static void *perform(void *what)
{
    struct call *call = what;
    call->result =
        syscall(call->number, call->args[0], call->args[1], call->args[2], call->args[3], call->args[4], call->args[5]);
    call->error = errno;
    return NULL;
}

static int read_call(struct call *call, int count, char **words)
{
    memset(call, 0, sizeof *call);
    call->number = -1;
    for (size_t i = 0; count > 0 && i < sizeof CALLS / sizeof CALLS[0]; i++) {
        if (strcmp(CALLS[i].name, words[0]) == 0) {
            call->number = CALLS[i].number;
        }
    }
    if (count > 0 && call->number < 0) {
        char *end;
        long number = strtol(words[0], &end, 0);
        call->number = *end == '\0' ? number : -1;
    }
    for (int i = 1; i < count && i <= 6; i++) {
        call->args[i - 1] = argument(words[i]);
    }
    return call->number < 0 ? -1 : 0;
}

static int attempt_call(int count, char **words)
{
    struct call call;
    if (read_call(&call, count, words) < 0) {
        return usage();
    }
    perform(&call);
    if (call.result == 0 && (call.number == SYS_clone || call.number == 435)) {
        _exit(0); /* a child that should not be */
    }
    return say(call.result, call.error);
}

/* The same from a thread that was there before, and from one made for it. */
static int attempt_in_thread(int count, char **words)
{
    struct call call;
    pthread_t thread;
    if (read_call(&call, count, words) < 0 || pthread_create(&thread, NULL, perform, &call) != 0) {
        return usage();
    }
    pthread_join(thread, NULL);
    return say(call.result, call.error);
}

/* Opens a file with the given flags and writes a word if it may. */
static int attempt_write(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        return say(-1, errno);
    }
    ssize_t n = write(fd, text, strlen(text));
    return say(n, errno);
}

static int attempt_read(const char *path)
{
    char byte;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        return say(-1, errno);
    }
    ssize_t n = read(fd, &byte, 1);
    if (n == 0) {
        puts("empty");
        return 0;
    }
    return say(n, errno);
}

/* Keeps a read-only descriptor of a running program and opens it again for writing (CVE-2019-5736). */
static int attempt_rewrite(const char *path)
{
    char again[64];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return say(-1, errno);
    }
    snprintf(again, sizeof again, "/proc/self/fd/%d", fd);
    int writable = open(again, O_RDWR | O_CLOEXEC);
    if (writable < 0) {
        return say(-1, errno);
    }
    ssize_t n = pwrite(writable, "#!/bin/sh\n", 10, 0);
    return say(n, errno);
}

/* What is open besides the standard streams. */
static int list_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    struct dirent *entry;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        char path[300];
        char target[300];
        int fd = atoi(entry->d_name);
        if (fd < 3 || fd == dirfd(directory)) {
            continue;
        }
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        ssize_t n = readlink(path, target, sizeof target - 1);
        printf("open %d %.*s\n", fd, (int)(n < 0 ? 0 : n), target);
    }
    puts("end");
    return 0;
}

/* A root inside a root does not hold whoever is outside of the inner one. */
static int break_out_of_chroot(void)
{
    mkdir("/tmp/inner", 0755);
    int outside = open("/", O_RDONLY | O_DIRECTORY);
    if (chroot("/tmp/inner") < 0 || fchdir(outside) < 0) {
        return say(-1, errno);
    }
    for (int i = 0; i < 1000; i++) {
        if (chdir("..") < 0) {
            return say(-1, errno);
        }
    }
    if (chroot(".") < 0) {
        return say(-1, errno);
    }
    puts(access("/etc/hostile-image", F_OK) == 0 ? "still inside" : "outside");
    return 0;
}

/* The other entries of an x86-64 kernel, where numbers mean other calls. */
static int enter_by(const char *door)
{
#ifdef __x86_64__
    long result;
    if (strcmp(door, "32-bit") == 0) {
        __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory");
    } else {
        result = syscall(0x40000000L + SYS_getpid);
    }
    printf("entered %ld\n", result);
    return 0;
#else
    printf("no such entry: %s\n", door);
    return 0;
#endif
}

/* clone(2) with new namespaces, the way a C library makes a process. */
static int clone_with(const char *flags)
{
    long pid = syscall(SYS_clone, strtoul(flags, NULL, 0) | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) {
        _exit(0);
    }
    int error = errno;
    if (pid > 0) {
        waitpid((pid_t)pid, NULL, 0);
    }
    return say(pid, error);
}

/* Types into its own terminal, with rubbish in the upper half that the kernel does not look at. */
static int type_into_terminal(const char *upper)
{
    char letter = 'x';
    long request = (long)(strtoul(upper, NULL, 0) << 32 | TIOCSTI);
    long result = syscall(SYS_ioctl, 0, request, &letter);
    return say(result, errno);
}

static int abstract_address(struct sockaddr_un *address, const char *name)
{
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    size_t length = strlen(name) > sizeof address->sun_path - 1 ? sizeof address->sun_path - 1 : strlen(name);
    memcpy(address->sun_path + 1, name, length);
    return (int)(sizeof(sa_family_t) + 1 + length);
}

/* Serves as what is attacked: says "ready" and waits for the end of its standard input. */
static int listen_abstract(const char *name)
{
    struct sockaddr_un address;
    int length = abstract_address(&address, name);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, (socklen_t)length) < 0 || listen(fd, 1) < 0) {
        return say(-1, errno);
    }
    puts("ready");
    fflush(stdout);
    char byte;
    return read(0, &byte, 1) < 0 ? 1 : 0;
}

static int connect_abstract(const char *name)
{
    struct sockaddr_un address;
    int length = abstract_address(&address, name);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int result = fd < 0 ? -1 : connect(fd, (struct sockaddr *)&address, (socklen_t)length);
    return say(result, errno);
}

/* The serial of the session keyring (-3). */
static int show_keyring(void)
{
    long serial = syscall(SYS_keyctl, 0 /* GET_KEYRING_ID */, -3L, 0L, 0L, 0L);
    if (serial < 0) {
        return say(serial, errno);
    }
    printf("keyring %ld\n", serial);
    return 0;
}

/* Whether a set-user-ID program of a volume gives its caller another user. */
static int show_users(void)
{
    printf("uid %ld euid %ld\n", (long)getuid(), (long)geteuid());
    return 0;
}

/* The file system of the host by a guessed handle: inode 2 is the root of most (the "shocker" attack). */
static int open_by_handle(const char *beside)
{
    struct {
        unsigned int bytes;
        int type;
        unsigned char handle[8];
    } root = {8, 1, {2, 0, 0, 0, 0, 0, 0, 0}};
    int mount = open(beside, O_RDONLY);
    long fd = syscall(SYS_open_by_handle_at, mount, &root, O_RDONLY);
    return say(fd, errno);
}

static int dispatch(const char *what, int count, char **words)
{
    const char *first = count > 0 ? words[0] : "";
    if (strcmp(what, "call") == 0) {
        return attempt_call(count, words);
    }
    if (strcmp(what, "thread") == 0) {
        return attempt_in_thread(count, words);
    }
    if (strcmp(what, "write") == 0 && count == 2) {
        return attempt_write(first, words[1]);
    }
    const struct {
        const char *name;
        int (*attempt)(const char *);
    } ONES[] = {
        {"read", attempt_read},        {"rewrite", attempt_rewrite}, {"enter", enter_by},
        {"clone", clone_with},         {"type", type_into_terminal}, {"listen", listen_abstract},
        {"connect", connect_abstract}, {"handle", open_by_handle},
    };
    for (size_t i = 0; count == 1 && i < sizeof ONES / sizeof ONES[0]; i++) {
        if (strcmp(what, ONES[i].name) == 0) {
            return ONES[i].attempt(first);
        }
    }
    if (strcmp(what, "descriptors") == 0) {
        return list_descriptors();
    }
    if (strcmp(what, "chroot") == 0) {
        return break_out_of_chroot();
    }
    if (strcmp(what, "keyring") == 0) {
        return show_keyring();
    }
    return strcmp(what, "users") == 0 ? show_users() : usage();
}

int main(int argc, char **argv)
{
    return argc < 2 ? usage() : dispatch(argv[1], argc - 2, argv + 2);
}
