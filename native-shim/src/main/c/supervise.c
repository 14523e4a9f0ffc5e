/* The two processes that stay: the supervisor on the host, and init as pid 1 of the container. */
#define _GNU_SOURCE
#include "shim.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* A signal of this number, queued with a value, stands for the signal of that value: the way for SIGSTOP, which nobody
 * can catch and forward. Same number in PidFd.java. */
enum { CARRIER_SIGNAL = 40, HIGHEST_SIGNAL = 64 };

static int init_status_fd = -1; /* the supervisor's end */
static int exit_fd = -1;

void block_all_signals(void)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
}

/* Nothing ignored, whatever the agent's process had. */
void default_all_signals(void)
{
    for (int signal_number = 1; signal_number <= HIGHEST_SIGNAL; signal_number++) {
        signal(signal_number, SIG_DFL); /* fails for KILL, STOP and the library's own: they have no other */
    }
}

/* For the task. */
void unblock_all_signals(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

static int carried(int number, int code, int value)
{
    return number == CARRIER_SIGNAL && code == SI_QUEUE ? value : number;
}

/* Sends it on as a carrier, so that init learns of SIGSTOP too. */
static void forward_to_init(pid_t init, int number)
{
    siginfo_t info;
    memset(&info, 0, sizeof info);
    info.si_signo = CARRIER_SIGNAL;
    info.si_code = SI_QUEUE;
    info.si_pid = getpid();
    info.si_value.sival_int = number;
    syscall(SYS_rt_sigqueueinfo, init, CARRIER_SIGNAL, &info);
}

void drop_standard_streams(void)
{
    int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 3; fd++) {
        if (null_fd < 0 || dup2(null_fd, fd) < 0) {
            close(fd);
        }
    }
    if (null_fd > 2) {
        close(null_fd);
    }
}

/* At once, so that the agent decides why the task ended while the kernel takes the container down. Who learns of it
 * first says so: init, or without one the supervisor. */
static void tell_agent(int fd, int wait_status)
{
    uint64_t told = (uint64_t)(uint32_t)wait_status + 1;
    ssize_t n = write(fd, &told, sizeof told);
    (void)n; /* an agent that is gone reads the record */
}

/* ---- init ---- */

static _Noreturn void end_with(struct launch *launch, int wait_status)
{
    ssize_t n = write(launch->status_fd, &wait_status, sizeof wait_status);
    (void)n; /* the supervisor is alive, or the kernel would have killed us with it */
    tell_agent(launch->exit_fd, wait_status);
    _exit(WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status));
}

static void reap_all(struct launch *launch, pid_t task)
{
    int status;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid == task) {
            end_with(launch, status);
        }
    }
}

/* Reaps what is orphaned to it and forwards signals, until the task ends. */
_Noreturn void init_loop(struct launch *launch, pid_t task)
{
    close(CONTROL_FD);
    close(RUNTIME_FD);
    plan_unmap(launch);
    /* "/dev/null" of the container would do, but nothing of the image is opened by a process with capabilities. */
    close(0);
    close(1);
    close(2);
    if (drop_to_signalling() < 0) {
        _exit(125);
    }
    sigset_t all;
    sigfillset(&all);
    for (;;) {
        siginfo_t info;
        int number = sigwaitinfo(&all, &info);
        if (number == SIGCHLD) {
            reap_all(launch, task);
        } else if (number > 0) {
            kill(task, carried(number, info.si_code, info.si_value.sival_int));
        }
    }
}

/* ---- supervisor ---- */

/* Ends the supervisor once its child is gone. */
static void reap_child(pid_t child, bool started)
{
    int status;
    if (waitpid(child, &status, WNOHANG) != child) {
        return;
    }
    if (started) {
        int task_status;
        if (read(init_status_fd, &task_status, sizeof task_status) == (ssize_t)sizeof task_status) {
            status = task_status;
        } else {
            tell_agent(exit_fd, status);
        }
        reach_point("before-status");
        record_status(status);
        reach_point("after-status");
    }
    _exit(0);
}

static _Noreturn void give_up(pid_t child)
{
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    _exit(1);
}

/* The agent's word: go, or, by its death, do not. */
static bool gate_is_opened(pid_t child)
{
    char word[8];
    ssize_t n = recv(CONTROL_FD, word, sizeof word, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
        return false;
    }
    if (n != 2 || memcmp(word, "go", 2) != 0) {
        give_up(child);
    }
    return true;
}

static void wait_for_gate(pid_t child, int signals)
{
    struct pollfd fds[2] = {{.fd = CONTROL_FD, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
    for (;;) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR) {
            give_up(child);
        }
        if ((fds[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && gate_is_opened(child)) {
            return;
        }
        struct signalfd_siginfo info;
        if ((fds[1].revents & POLLIN) != 0 && read(signals, &info, sizeof info) == (ssize_t)sizeof info &&
            info.ssi_signo == SIGCHLD) {
            reap_child(child, false);
        }
    }
}

/* Until the task ends. Without init, pid 1 is the task and gets signals as they are. */
static _Noreturn void watch(pid_t child, bool init)
{
    sigset_t all;
    sigfillset(&all);
    for (;;) {
        siginfo_t info;
        int number = sigwaitinfo(&all, &info);
        if (number == SIGCHLD) {
            reap_child(child, true);
        } else if (number > 0) {
            int wanted = carried(number, info.si_code, info.si_value.sival_int);
            if (init) {
                forward_to_init(child, wanted);
            } else {
                kill(child, wanted);
            }
        }
    }
}

/* Does what must be done before the child exists. */
static void prepare_child(struct launch *launch)
{
    for (uint32_t i = 0; i < launch->header->task_index; i++) {
        struct arg args[MAX_ARGS];
        const struct step *step = plan_step(launch, i, args);
        if (step->prepare == NULL) {
            continue;
        }
        reach_step(i, step->name);
        if (step->prepare(launch, args) < 0) {
            report_step_failed(i, step->name, errno);
            _exit(1);
        }
    }
}

/* The network namespace made ahead serves a container that has one of its own and belongs to no user namespace but the
 * host's. The child is then born in it. */
static bool takes_prepared_network(const struct launch *launch)
{
    uint64_t asked = launch->header->namespaces & (CLONE_NEWNET | CLONE_NEWUSER);
    return launch->network_made && asked == CLONE_NEWNET;
}

static pid_t clone_child(struct launch *launch)
{
    /* the cgroup namespace comes later, when the cgroups are joined: unshare-cgroup */
    uint64_t flags = launch->header->namespaces & ~(uint64_t)(CLONE_NEWCGROUP_FLAG | CLONE_NEWTIME_FLAG);
    if (takes_prepared_network(launch)) {
        flags &= ~(uint64_t)CLONE_NEWNET;
    } else if (leave_prepared_network(launch) < 0) {
        return -1;
    }
    if (launch->owned_fd[OWNED_USER] >= 0) {
        flags &= ~flags_of_owned(); /* they exist already, and the child joins them */
    }
    struct clone_args_v2 args = {.flags = flags, .exit_signal = SIGCHLD};
    if (launch->cgroup_fd >= 0) {
        args.flags |= CLONE_INTO_CGROUP_FLAG;
        args.cgroup = (uint64_t)launch->cgroup_fd;
    }
    return (pid_t)syscall(NR_CLONE3, &args, sizeof args);
}

/* What is done while the child works. The child goes first: it has more to do, and often starts on our processor. */
static void become_supervisor(struct launch *launch, pid_t child)
{
    report_pid(child);
    sched_yield();
    /* Back on the host, so that the namespace lives as long as the container and no longer. */
    if (leave_prepared_network(launch) < 0) {
        report_step_failed(0, "leave-network", errno);
        give_up(child);
    }
    forget_host_network(launch);
    drop_standard_streams();
    plan_unmap(launch);
    if (prepare_supervisor(child) < 0) {
        report_step_failed(0, "record-supervisor", errno);
        give_up(child);
    }
}

/* The agent has said go. */
static void open_gate(const struct launch *launch, pid_t child)
{
    reach_point("gate-received");
    if (commit_supervisor() < 0) {
        report_step_failed(0, "record-supervisor", errno);
        give_up(child);
    }
    reach_point("recorded");
    close(CONTROL_FD);
    uint64_t one = 1; /* the agent does this too, right after its word to us, which is one wake-up less */
    if (write(launch->gate_fd, &one, sizeof one) != (ssize_t)sizeof one) {
        give_up(child);
    }
    close(launch->gate_fd);
}

_Noreturn void supervise(struct launch *launch)
{
    int status[2];
    sigset_t all;
    sigfillset(&all);
    int signals = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0 || pipe2(status, O_CLOEXEC | O_NONBLOCK) < 0) {
        report_step_failed(0, "supervise", errno);
        _exit(1);
    }
    prepare_child(launch);
    bool init = (launch->header->flags & PLAN_INIT) != 0;
    reach_point("before-clone");
    pid_t child = clone_child(launch);
    if (child < 0) {
        report_step_failed(0, "clone", errno);
        _exit(1);
    }
    if (child == 0) {
        close(status[0]);
        close(signals);
        forget_host_network(launch);
        launch->status_fd = status[1];
        child_main(launch);
    }
    close(status[1]);
    init_status_fd = status[0];
    exit_fd = launch->exit_fd;
    become_supervisor(launch, child);
    reach_point("after-clone");
    wait_for_gate(child, signals);
    close(signals);
    open_gate(launch, child);
    watch(child, init);
}
