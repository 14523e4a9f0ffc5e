/* Joins the container's cgroups. Done by the child itself: writing another pid into cgroup.procs takes a global lock
 * for writing and waits milliseconds for a grace period; "0" into v1 tasks from a single thread, and being born in a v2
 * cgroup, do not. */
#define _GNU_SOURCE
#include "shim.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/vfs.h>

int run_join_cgroup(struct launch *launch, const struct arg *args)
{
    (void)launch;
    int fd = open(args[0].bytes, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) {
        return -1;
    }
    struct statfs fs;
    int result = fstatfs(fd, &fs);
    if (result == 0 && (long)fs.f_type != MAGIC_CGROUP) {
        errno = ENOTSUP;
        result = -1;
    }
    if (result == 0) {
        result = write(fd, "0", 1) == 1 ? 0 : -1;
    }
    int error = errno;
    close(fd);
    errno = error;
    return result;
}

/* By the supervisor: the child is born there. */
int prepare_clone_into_cgroup(struct launch *launch, const struct arg *args)
{
    launch->cgroup_fd = open(args[0].bytes, O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (launch->cgroup_fd < 0) {
        return -1;
    }
    struct statfs fs;
    if (fstatfs(launch->cgroup_fd, &fs) < 0) {
        return -1;
    }
    if ((long)fs.f_type != MAGIC_CGROUP2) {
        errno = ENOTSUP;
        return -1;
    }
    return 0;
}

int run_unshare_cgroup(struct launch *launch, const struct arg *args)
{
    (void)launch;
    (void)args;
    return unshare(CLONE_NEWCGROUP_FLAG);
}
