/* Launchers forked ahead of need. What takes longest in a launch and is the same for every container, starting a
 * program from the JVM and making a network namespace, is done before anyone asks. A launcher serves one launch and
 * becomes its supervisor; one that is not asked ends with the agent, whose death it sees as end of file. */
#define _GNU_SOURCE
#include "shim.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>

/* In the order in which they are handed over. */
enum { PLAN, RUNTIME, GATE, EXIT, STREAM, STREAMS = 3, HANDED_OVER = STREAM + STREAMS, MAX_ID_BYTES = 255 };

static const char ORDER[] = "launch ";

static void move_descriptor(int from, int to)
{
    if (from != to) {
        dup3(from, to, O_CLOEXEC);
        close(from);
    }
}

/* Host's network namespace, to go back to; -1 leaves network namespaces to the plan. */
static int open_host_network(void)
{
    int fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    struct statfs fs;
    if (fd >= 0 && (fstatfs(fd, &fs) < 0 || (long)fs.f_type != MAGIC_NSFS)) {
        close(fd);
        return -1;
    }
    return fd;
}

static void prepare_network(struct launch *launch)
{
    launch->network_made = launch->host_network_fd >= 0 && unshare(CLONE_NEWNET) == 0;
    if (launch->network_made) {
        bring_loopback_up(); /* if it cannot, the plan's own step says why */
    }
}

int leave_prepared_network(struct launch *launch)
{
    if (!launch->network_made) {
        return 0;
    }
    launch->network_made = false;
    return setns(launch->host_network_fd, CLONE_NEWNET);
}

void forget_host_network(struct launch *launch)
{
    if (launch->host_network_fd >= 0) {
        close(launch->host_network_fd);
        launch->host_network_fd = -1;
    }
}

/* Takes the descriptors out of a message that brings exactly as many as agreed. */
static bool take_descriptors(struct msghdr *message, int fds[HANDED_OVER])
{
    struct cmsghdr *header = CMSG_FIRSTHDR(message);
    if (header == NULL || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS ||
        header->cmsg_len != CMSG_LEN(sizeof(int) * HANDED_OVER)) {
        return false;
    }
    memcpy(fds, CMSG_DATA(header), sizeof(int) * HANDED_OVER);
    return true;
}

/* Waits for the one order: the container's id, the plan, the runtime directory, the two counters and the standard
 * streams. */
static bool receive_order(char id[MAX_ID_BYTES + 1], int fds[HANDED_OVER])
{
    char text[sizeof ORDER - 1 + MAX_ID_BYTES];
    struct iovec io = {.iov_base = text, .iov_len = sizeof text};
    union {
        char bytes[CMSG_SPACE(sizeof(int) * HANDED_OVER)];
        struct cmsghdr align;
    } control;
    struct msghdr message = {
        .msg_iov = &io, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t n;
    do {
        n = recvmsg(CONTROL_FD, &message, MSG_CMSG_CLOEXEC);
    } while (n < 0 && errno == EINTR);
    size_t prefix = sizeof ORDER - 1;
    if (n <= (ssize_t)prefix || memcmp(text, ORDER, prefix) != 0 || !take_descriptors(&message, fds)) {
        return false; /* mostly end of file: the agent is gone or needs no more launchers */
    }
    memcpy(id, text + prefix, (size_t)n - prefix);
    id[(size_t)n - prefix] = '\0';
    return true;
}

static _Noreturn void serve(struct launch *launch)
{
    int fds[HANDED_OVER];
    char id[MAX_ID_BYTES + 1];
    signal(SIGCHLD, SIG_DFL);
    sched_yield(); /* the forking process first: the agent may wait for its word of us */
    prepare_network(launch);
    if (!receive_order(id, fds)) {
        _exit(0);
    }
    show_as(id);
    if (plan_map(launch, fds[PLAN]) < 0) {
        report_plan_refused();
        _exit(125);
    }
    close(fds[PLAN]);
    launch->gate_fd = fds[GATE];
    launch->exit_fd = fds[EXIT];
    move_descriptor(fds[RUNTIME], RUNTIME_FD);
    for (int i = 0; i < STREAMS; i++) {
        if (fds[STREAM + i] <= RUNTIME_FD || dup2(fds[STREAM + i], i) < 0) {
            report_step_failed(0, "standard-streams", errno);
            _exit(125);
        }
        close(fds[STREAM + i]);
    }
    supervise(launch);
}

/* Makes one launcher and hands its socket and pidfd to the agent; -1 with errno set. */
static int fork_launcher(struct launch *launch)
{
    int ends[2];
    int pidfd = -1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
        return -1;
    }
    struct clone_args_v2 args = {.flags = CLONE_PIDFD, .pidfd = (uint64_t)(uintptr_t)&pidfd, .exit_signal = SIGCHLD};
    pid_t pid = (pid_t)syscall(NR_CLONE3, &args, sizeof args);
    if (pid == 0) {
        close(AGENT_FD);
        close(ORDERS_FD);
        close(ends[0]);
        move_descriptor(ends[1], CONTROL_FD);
        serve(launch);
    }
    close(ends[1]);
    int result = pid < 0 ? -1 : report_launcher(pid, pidfd, ends[0]);
    int error = errno;
    close(ends[0]);
    close(pidfd);
    errno = error;
    return result;
}

/* Returns when a launcher is ordered; ends with the agent. Orders are counted, not sent: a socket would wake us on the
 * agent's own processor, on the belief that the agent is about to sleep, and there we would wait for it. */
static void await_order(void)
{
    uint64_t one;
    struct pollfd fds[2] = {{.fd = ORDERS_FD, .events = POLLIN}, {.fd = AGENT_FD, .events = 0}};
    for (;;) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR) {
            _exit(1);
        }
        if (fds[1].revents != 0) {
            _exit(0);
        }
        if ((fds[0].revents & POLLIN) != 0 && read(ORDERS_FD, &one, sizeof one) == (ssize_t)sizeof one) {
            return;
        }
    }
}

/* Children are reaped by the kernel: the agent holds their pidfds and wants no status. */
_Noreturn void prefork(struct launch *launch)
{
    signal(SIGCHLD, SIG_IGN);
    launch->host_network_fd = open_host_network();
    if (launch->host_network_fd >= 0) {
        move_descriptor(launch->host_network_fd, HOST_NETWORK_FD);
        launch->host_network_fd = HOST_NETWORK_FD;
    }
    for (;;) {
        await_order();
        if (fork_launcher(launch) < 0) {
            report_no_launcher(errno);
        }
    }
}
