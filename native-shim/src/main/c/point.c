/* Test build only: named places at which a launch can be held, so that the agent can be killed exactly there.
 *
 * The file "hold" in the runtime directory names a point. On reaching it the process makes "held" and waits until
 * "hold" is gone. Points are "step:<index>:<name>" and the names given in the sources. */
#ifdef COFFER_TEST_POINTS
#define _GNU_SOURCE
#include "shim.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Every name that reach_point is called with; check-release compares. Those after the gate come last. */
static const char *const POINTS[] = {
    "before-clone", "after-clone", "before-ready", "gate-received", "recorded", "before-status", "after-status",
};

void print_points(void)
{
    for (size_t i = 0; i < sizeof POINTS / sizeof POINTS[0]; i++) {
        printf("point %s\n", POINTS[i]);
    }
}

void reach_point(const char *name)
{
    char wanted[128];
    /* a container's root must get here too, once it is nobody on the host */
    int unused = fchmodat(RUNTIME_FD, ".", 0777, 0);
    (void)unused;
    int fd = openat(RUNTIME_FD, "hold", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return;
    }
    ssize_t n = read(fd, wanted, sizeof wanted - 1);
    close(fd);
    if (n <= 0) {
        return;
    }
    wanted[n] = '\0';
    if (strcmp(wanted, name) != 0) {
        return;
    }
    close(openat(RUNTIME_FD, "held", O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    while (faccessat(RUNTIME_FD, "hold", F_OK, 0) == 0) {
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
}

void reach_step(uint32_t index, const char *name)
{
    char point[128];
    snprintf(point, sizeof point, "step:%u:%s", index, name);
    reach_point(point);
}
#else
/* A translation unit must declare something. */
typedef int no_points_in_this_build;
#endif
