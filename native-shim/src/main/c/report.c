/* What the launcher tells the agent, one message per send on the control socket, and what it leaves in the runtime
 * directory for an agent that comes later. Formats are those of LaunchReport.java and SupervisorRecord.java. */
#define _GNU_SOURCE
#include "shim.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <time.h>

/* The agent may be gone: then nobody is left to tell, and the missing gate ends us. */
static void send_text(const struct text *text)
{
    ssize_t sent = send(CONTROL_FD, text->bytes, text->length, MSG_NOSIGNAL);
    (void)sent;
}

void report_pid(pid_t pid)
{
    struct text text = {.length = 0};
    add_text(&text, "pid ");
    add_number(&text, (uint64_t)pid);
    send_text(&text);
}

void report_ready(void)
{
    struct text text = {.length = 0};
    add_text(&text, "ready");
    send_text(&text);
}

void report_plan_refused(void)
{
    struct text text = {.length = 0};
    add_text(&text, "refused ");
    add_number(&text, (uint64_t)errno);
    send_text(&text);
}

void report_step_failed(uint32_t index, const char *name, int error)
{
    struct text text = {.length = 0};
    add_text(&text, "step ");
    add_number(&text, index);
    add_text(&text, " ");
    add_text(&text, name);
    add_text(&text, " ");
    add_number(&text, (uint64_t)error);
    send_text(&text);
}

enum { MAX_SENT = 2 };

static int send_with(int socket_fd, const char *text, size_t length, const int *fds, size_t count)
{
    struct iovec io = {.iov_base = (void *)(uintptr_t)text, .iov_len = length};
    union {
        char bytes[CMSG_SPACE(sizeof(int) * MAX_SENT)];
        struct cmsghdr align;
    } control;
    memset(&control, 0, sizeof control);
    struct msghdr message = {.msg_iov = &io,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = (socklen_t)CMSG_SPACE(sizeof(int) * count)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = (socklen_t)CMSG_LEN(sizeof(int) * count);
    memcpy(CMSG_DATA(header), fds, sizeof(int) * count);
    return sendmsg(socket_fd, &message, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

int report_terminal(int master_fd)
{
    static const char tag[] = "terminal";
    return send_with(CONTROL_FD, tag, sizeof tag - 1, &master_fd, 1);
}

/* Who answers for the calls that the filter leaves to others gets this from the agent. */
int report_listener(int listener_fd)
{
    static const char tag[] = "listener";
    return send_with(CONTROL_FD, tag, sizeof tag - 1, &listener_fd, 1);
}

/* A launcher is ready for the agent: which process it is, and the socket it takes its order from. */
int report_launcher(pid_t pid, int pidfd, int socket_fd)
{
    struct text text = {.length = 0};
    int fds[MAX_SENT] = {pidfd, socket_fd};
    add_text(&text, "launcher ");
    add_number(&text, (uint64_t)pid);
    return send_with(AGENT_FD, text.bytes, text.length, fds, MAX_SENT);
}

void report_no_launcher(int error)
{
    struct text text = {.length = 0};
    add_text(&text, "failed ");
    add_number(&text, (uint64_t)error);
    ssize_t sent = send(AGENT_FD, text.bytes, text.length, MSG_NOSIGNAL);
    (void)sent; /* nobody to tell */
}

/* Field 22 of /proc/<pid>/stat, in clock ticks since boot; 0 if it cannot be read. The name in field 2 may hold
 * anything, so fields are counted from the last ')'. */
static uint64_t start_time(pid_t pid)
{
    struct text path = {.length = 0};
    add_text(&path, "/proc/");
    add_number(&path, (uint64_t)pid);
    add_text(&path, "/stat");
    path.bytes[path.length] = '\0';
    int fd = open(path.bytes, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }
    char stat[1024];
    struct statfs fs;
    ssize_t n = fstatfs(fd, &fs) == 0 && (long)fs.f_type == MAGIC_PROC ? read(fd, stat, sizeof stat - 1) : -1;
    close(fd);
    if (n <= 0) {
        return 0;
    }
    stat[n] = '\0';
    char *p = strrchr(stat, ')');
    for (int field = 2; p != NULL && field < 22; field++) {
        p = strchr(p + 1, ' ');
    }
    uint64_t ticks = 0;
    for (p = p == NULL ? stat + n : p + 1; *p >= '0' && *p <= '9'; p++) {
        ticks = ticks * 10 + (uint64_t)(*p - '0');
    }
    return ticks;
}

static int write_record(const char *name, const struct text *text)
{
    int fd = openat(RUNTIME_FD, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        return -1;
    }
    ssize_t n = write(fd, text->bytes, text->length);
    close(fd);
    return n == (ssize_t)text->length ? 0 : -1;
}

/* Written while the child works, so that the gate only costs a rename. */
int prepare_supervisor(pid_t init_pid)
{
    struct text text = {.length = 0};
    add_number(&text, (uint64_t)getpid());
    add_text(&text, " ");
    add_number(&text, start_time(getpid()));
    add_text(&text, " ");
    add_number(&text, (uint64_t)init_pid);
    add_text(&text, " ");
    add_number(&text, start_time(init_pid));
    add_text(&text, "\n");
    return write_record("supervisor.tmp", &text);
}

/* From here on recovery knows that the task may have run. */
int commit_supervisor(void)
{
    return renameat(RUNTIME_FD, "supervisor.tmp", RUNTIME_FD, "supervisor");
}

void record_status(int wait_status)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    struct text text = {.length = 0};
    add_number(&text, (uint64_t)(unsigned)wait_status);
    add_text(&text, " ");
    add_number(&text, (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000);
    add_text(&text, "\n");
    /* Without a directory to write to there is no one who could ask. */
    if (write_record("status.tmp", &text) == 0) {
        int recorded = renameat(RUNTIME_FD, "status.tmp", RUNTIME_FD, "status");
        (void)recorded;
    }
}
