/* Gives up privileges: groups, user, the five capability sets, and the system-call filter. */
#define _GNU_SOURCE
#include "shim.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#define CAP_VERSION_3 0x20080522
#define CAP_KILL_BIT (1ULL << 5)
enum { HIGHEST_CAPABILITY = 63, MAX_GROUPS = 65536 };

#ifndef PR_CAP_AMBIENT
#define PR_CAP_AMBIENT 47
#define PR_CAP_AMBIENT_RAISE 2
#define PR_CAP_AMBIENT_CLEAR_ALL 4
#endif

#define SECCOMP_MODE_FILTER_OPERATION 1

struct cap_header {
    uint32_t version;
    int pid;
};

struct cap_data {
    uint32_t effective;
    uint32_t permitted;
    uint32_t inheritable;
};

struct filter_program {
    unsigned short length;
    const void *filter;
};

/* Dropping a number the kernel does not know is EINVAL: that is the end of the known ones. */
static int limit_bounding_set(uint64_t bounding)
{
    for (unsigned long cap = 0; cap <= HIGHEST_CAPABILITY; cap++) {
        if ((bounding >> cap & 1) == 0 && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0) {
            return errno == EINVAL ? 0 : -1;
        }
    }
    return 0;
}

static int set_capabilities(uint64_t effective, uint64_t inheritable)
{
    struct cap_header header = {.version = CAP_VERSION_3, .pid = 0};
    struct cap_data data[2] = {
        {(uint32_t)effective, (uint32_t)effective, (uint32_t)inheritable},
        {(uint32_t)(effective >> 32), (uint32_t)(effective >> 32), (uint32_t)(inheritable >> 32)},
    };
    return (int)syscall(SYS_capset, &header, data);
}

static int raise_ambient(uint64_t ambient)
{
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0) {
        return -1;
    }
    for (unsigned long cap = 0; cap <= HIGHEST_CAPABILITY; cap++) {
        if ((ambient >> cap & 1) != 0 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0) < 0) {
            return -1;
        }
    }
    return 0;
}

static int set_ids(const struct arg *args, bool terminal)
{
    uid_t uid = (uid_t)args[0].number;
    gid_t gid = (gid_t)args[1].number;
    size_t groups = args[2].length / sizeof(gid_t);
    if (groups > MAX_GROUPS) {
        errno = EINVAL;
        return -1;
    }
    /* Its own terminal belongs to the task; group 5 is tty, as devpts was mounted with. */
    if (terminal && fchownat(0, "", uid, (gid_t)-1, AT_EMPTY_PATH) < 0) {
        return -1;
    }
    /* The raw calls: a C library would set the ids of every thread, and there is only this one. */
    if (syscall(SYS_setgroups, groups, (const void *)args[2].bytes) < 0 || syscall(SYS_setresgid, gid, gid, gid) < 0) {
        return -1;
    }
    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0) {
        return -1;
    }
    return (int)syscall(SYS_setresuid, uid, uid, uid);
}

/* args: uid, gid, groups, bounding, effective, inheritable, ambient */
int run_identity(struct launch *launch, const struct arg *args)
{
    if (limit_bounding_set(args[3].number) < 0 || set_ids(args, launch->terminal) < 0) {
        return -1;
    }
    if (set_capabilities(args[4].number, args[5].number) < 0) {
        return -1;
    }
    /* A change of user clears it. Without init this process is the one the supervisor must not leave behind. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) {
        return -1;
    }
    return raise_ambient(args[6].number);
}

/* args: program of 8-byte instructions, SECCOMP_FILTER_FLAG_*. The listener is handed over before anything else is
 * called: from here on each call may wait for an answer. */
int run_seccomp(struct launch *launch, const struct arg *args)
{
    (void)launch;
    if (args[0].length % 8 != 0 || args[0].length / 8 > 4096) {
        errno = EINVAL;
        return -1;
    }
    struct filter_program program = {(unsigned short)(args[0].length / 8), args[0].bytes};
    unsigned long flags = (unsigned long)args[1].number;
    int result = (int)syscall(SYS_seccomp, SECCOMP_MODE_FILTER_OPERATION, flags, &program);
    if (result < 0 || (flags & FILTER_FLAG_NEW_LISTENER) == 0) {
        return result;
    }
    int sent = report_listener(result);
    int error = errno;
    close(result);
    errno = error;
    return sent;
}

/* What is left to our own init: enough to signal a task of another user. Its bounding set stays: it never execs. */
int drop_to_signalling(void)
{
    return set_capabilities(CAP_KILL_BIT, 0);
}
