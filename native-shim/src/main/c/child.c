/* The container's first process: performs the plan up to the gate, waits, and then is or starts the task. */
#define _GNU_SOURCE
#include "shim.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>

/* Exit statuses of a launch that failed, as docker run has them. */
enum { EXIT_RUNTIME = 125, EXIT_NOT_EXECUTABLE = 126, EXIT_NOT_FOUND = 127 };

static _Noreturn void fail_step(uint32_t index, const char *name)
{
    int error = errno;
    report_step_failed(index, name, error);
    if (strcmp(name, "exec") != 0) {
        _exit(EXIT_RUNTIME);
    }
    _exit(error == ENOENT || error == ENOTDIR ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE);
}

void run_steps(struct launch *launch, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        struct arg args[MAX_ARGS];
        const struct step *step = plan_step(launch, i, args);
        if (step->run == NULL) {
            continue; /* done by the supervisor, before this process existed */
        }
        reach_step(i, step->name);
        if (step->run != run_make_device && step->run != run_make_symlink) {
            forget_parent();
        }
        if (step->run(launch, args) < 0) {
            fail_step(i, step->name);
        }
    }
}

/* Until the agent, or for it the supervisor, opens the gate. Neither's end opens it: the supervisor ends with an agent
 * that has not said go, and we with the supervisor. */
static void wait_at_gate(const struct launch *launch)
{
    uint64_t opened;
    ssize_t n;
    do {
        n = read(launch->gate_fd, &opened, sizeof opened);
    } while (n < 0 && errno == EINTR);
    if (n != (ssize_t)sizeof opened) {
        _exit(EXIT_RUNTIME);
    }
}

/* The task's own process: everything is done before the gate but the exec. */
static _Noreturn void become_task(struct launch *launch)
{
    uint32_t exec_index = launch->header->step_count - 1;
    if (setsid() < 0 && errno != EPERM) { /* EPERM: pid 1 without init may lead a group already */
        _exit(EXIT_RUNTIME);
    }
    if (launch->terminal && ioctl(0, TIOCSCTTY, 0) < 0) {
        _exit(EXIT_RUNTIME);
    }
    umask(022);
    run_steps(launch, launch->header->task_index, exec_index);
    reach_point("before-ready");
    report_ready();
    wait_at_gate(launch);
    unblock_all_signals();
    run_steps(launch, exec_index, exec_index + 1);
    _exit(EXIT_RUNTIME); /* not reached: the last step is exec */
}

/* Init goes to its place while the task prepares itself, so that the gate only has an exec behind it. */
static _Noreturn void become_init(struct launch *launch)
{
    pid_t task = fork();
    if (task < 0) {
        report_step_failed(launch->header->task_index, "fork", errno);
        _exit(EXIT_RUNTIME);
    }
    if (task == 0) {
        close(launch->status_fd);
        close(launch->exit_fd);
        become_task(launch);
    }
    sched_yield(); /* the task first: what is left for us is nothing that anybody waits for */
    close(launch->gate_fd);
    init_loop(launch, task);
}

_Noreturn void child_main(struct launch *launch)
{
    umask(0); /* modes in the plan are meant to the letter */
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    run_steps(launch, 0, launch->header->task_index);
    close(launch->root_fd);
    if ((launch->header->flags & PLAN_INIT) != 0) {
        become_init(launch);
    }
    become_task(launch);
}
