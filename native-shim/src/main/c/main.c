/* coffer-shim CONTAINER_ID: descriptors 3, 4 and 5 are the plan, the control socket and the runtime directory. */
#define _GNU_SOURCE
#include "kernel.h"
#include "layout.h"
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

static struct launch launch = {.root_fd = -1, .null_fd = -1, .cgroup_fd = -1, .gate_fd = -1, .status_fd = -1};

static void keep_out_of_exec(int fd)
{
    fcntl(fd, F_SETFD, FD_CLOEXEC);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--layout") == 0) {
        return print_layout();
    }
    if (argc != 2 || argv[1][0] == '-' || fcntl(CONTROL_FD, F_GETFD) < 0) {
        fputs("coffer-shim is started by the Coffer agent, not by hand; see docs/adr/0001\n", stderr);
        return 125;
    }
    block_all_signals();
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    prctl(PR_SET_NAME, "coffer-shim", 0, 0, 0);
    setsid();
    if (syscall(NR_CLOSE_RANGE, (unsigned)FIRST_FREE_FD, ~0U, 0U) < 0) {
        report_step_failed(0, "close-range", errno);
        return 125;
    }
    keep_out_of_exec(CONTROL_FD);
    keep_out_of_exec(RUNTIME_FD);
    if (plan_map(&launch, PLAN_FD) < 0) {
        report_plan_refused();
        return 125;
    }
    close(PLAN_FD);
    supervise(&launch);
}
