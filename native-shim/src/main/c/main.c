/* coffer-shim waits: descriptor 3 is the agent's socket, 4 the counter of launchers it has ordered. */
#define _GNU_SOURCE
#include "kernel.h"
#include "layout.h"
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

static struct launch launch = {.host_network_fd = -1,
                               .root_fd = -1,
                               .null_fd = -1,
                               .cgroup_fd = -1,
                               .owned_fd = {-1, -1, -1, -1},
                               .gate_fd = -1,
                               .exit_fd = -1,
                               .status_fd = -1};

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--layout") == 0) {
        return print_layout();
    }
    if (argc == 3 && strcmp(argv[1], "--map-owners") == 0) {
        try_mapping(&launch, argv[2]);
    }
    if (argc != 2 || argv[1][0] == '-' || fcntl(AGENT_FD, F_GETFD) < 0) {
        fputs("coffer-shim is started by the Coffer agent, not by hand; see docs/adr/0001\n", stderr);
        return 125;
    }
    find_title(argv);
    block_all_signals();
    default_all_signals();
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    prctl(PR_SET_NAME, "coffer-shim", 0, 0, 0);
    setsid();
    if (syscall(NR_CLOSE_RANGE, (unsigned)ORDERS_FD + 1, ~0U, 0U) < 0 || chdir("/") < 0) {
        report_no_launcher(errno);
        return 125;
    }
    drop_standard_streams();
    fcntl(AGENT_FD, F_SETFD, FD_CLOEXEC);
    fcntl(ORDERS_FD, F_SETFD, FD_CLOEXEC);
    prefork(&launch);
}
