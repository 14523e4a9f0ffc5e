/* coffer-shim: performs one launch plan, then supervises what it started.
 *
 * Every decision is made by the agent; this program obeys the plan or reports which step it could not do. It allocates
 * nothing after start, has no configuration and runs single-threaded. See docs/adr/0001 and 0002.
 */
#ifndef COFFER_SHIM_H
#define COFFER_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What the agent hands over; everything else is closed at once. */
enum { AGENT_FD = 3, ORDERS_FD = 4 };
/* A launcher's own. */
enum { CONTROL_FD = 4, RUNTIME_FD = 5, HOST_NETWORK_FD = 6 };

enum { PLAN_VERSION = 1 };
#define PLAN_MAGIC 0x52464643u /* "CFFR" */

enum { MAX_STEPS = 1024, MAX_ARGS = 8, MAX_STRINGS = 8192, MAX_PLAN_BYTES = 16 << 20 };

/* Plan flags. */
enum { PLAN_INIT = 1 };

/* Wire format, native byte order. Then step_count records: a struct wire_step and argc arguments, each a struct
 * wire_arg followed by its bytes, padded to 8. Argument 0 of every record is the step's name. */
struct wire_header {
    uint32_t magic;
    uint32_t version;
    uint32_t total_bytes;
    uint32_t namespaces; /* CLONE_NEW* bits */
    uint32_t flags;
    uint32_t step_count;
    uint32_t task_index; /* first step that runs in the task's own process */
    uint32_t reserved;
};

struct wire_step {
    uint32_t argc;
    uint32_t reserved;
};

struct wire_arg {
    uint32_t kind;
    uint32_t length; /* of the bytes that follow, terminating NULs of strings included */
};

enum arg_kind { ARG_STRING = 's', ARG_NUMBER = 'u', ARG_BLOB = 'b', ARG_LIST = 'l' };

/* A checked argument, pointing into the mapped plan. A list is NUL-terminated strings one after the other. */
struct arg {
    const char *bytes;
    uint32_t length;
    uint64_t number;
};

/* Namespaces that a user namespace of the container owns, made together with it. */
enum owned_namespace { OWNED_USER, OWNED_NET, OWNED_IPC, OWNED_UTS, OWNED_NAMESPACES };

struct launch {
    const unsigned char *plan;
    size_t plan_bytes;
    const struct wire_header *header;
    uint32_t step_offset[MAX_STEPS];
    int host_network_fd;            /* to go back to; -1 if nothing is prepared */
    bool network_made;              /* this process is in a network namespace made for the container */
    int root_fd;                    /* the new root, once a root step has mounted it */
    int null_fd;                    /* the container's own, verified /dev/null */
    bool terminal;                  /* standard streams are a pseudo-terminal of ours */
    int cgroup_fd;                  /* v2 directory to be born in, or -1 */
    int owned_fd[OWNED_NAMESPACES]; /* until the child is in them; -1 if it has no user namespace of its own */
    uint32_t owner[2];              /* user and group of the host that are root in the user namespace */
    int gate_fd;                    /* counter that the task waits on: opened by the agent, and by the supervisor */
    int exit_fd;                    /* counter that tells the agent of the task's end: its wait status and one */
    int status_fd;                  /* init's end: the task's wait status, for the supervisor's record */
};

/* Performs one step; 0, or -1 with errno set. */
typedef int (*step_fn)(struct launch *launch, const struct arg *args);

struct step {
    const char *name;
    const char *signature; /* one letter of enum arg_kind per argument after the name */
    step_fn run;           /* in the child; NULL if there is nothing to do there */
    step_fn prepare;       /* in the supervisor, before the child exists; NULL for most */
};

struct text {
    char bytes[256];
    size_t length;
};

extern const struct step STEPS[];
extern const size_t STEP_KINDS;

/* plan.c */
int plan_check(struct launch *launch, const void *bytes, size_t length);
const struct step *plan_step(const struct launch *launch, uint32_t index, struct arg args[MAX_ARGS]);
int plan_map(struct launch *launch, int fd);
void plan_unmap(struct launch *launch);

/* prefork.c */
_Noreturn void prefork(struct launch *launch);
int leave_prepared_network(struct launch *launch);
void forget_host_network(struct launch *launch);

/* title.c */
void find_title(char **argv);
void show_as(const char *container_id);

/* text.c */
void add_text(struct text *text, const char *s);
void add_number(struct text *text, uint64_t number);

/* report.c */
int report_launcher(pid_t pid, int pidfd, int socket_fd);
void report_no_launcher(int error);
void report_pid(pid_t pid);
void report_ready(void);
void report_plan_refused(void);
void report_step_failed(uint32_t index, const char *name, int error);
int report_terminal(int master_fd);
int report_listener(int listener_fd);
int prepare_supervisor(pid_t init_pid);
int commit_supervisor(void);
void record_status(int wait_status);

/* steps_cgroup.c */
int run_join_cgroup(struct launch *launch, const struct arg *args);
int prepare_clone_into_cgroup(struct launch *launch, const struct arg *args);
int run_unshare_cgroup(struct launch *launch, const struct arg *args);

/* steps_namespace.c */
int prepare_user_namespace(struct launch *launch, const struct arg *args);
int run_user_namespace(struct launch *launch, const struct arg *args);
int run_enter_user_namespace(struct launch *launch, const struct arg *args);
int prepare_time_namespace(struct launch *launch, const struct arg *args);
uint64_t flags_of_owned(void);
_Noreturn void try_mapping(struct launch *launch, const char *directory);
int map_owners(const struct launch *launch, int tree_fd);

/* paths.c */
int open_beneath(int root_fd, const char *path, int flags, bool follow_symlinks);
int open_parent(int root_fd, const char *path, const char **name);
int open_directory_made(int root_fd, const char *path, bool follow_symlinks);
int open_file_made(int root_fd, const char *path);

/* steps_root.c */
int run_overlay_root(struct launch *launch, const struct arg *args);
int run_bind_root(struct launch *launch, const struct arg *args);
int run_pivot_root(struct launch *launch, const struct arg *args);
int attach_tree(int tree_fd, int target_fd, uint64_t attributes);
int attach_tree_as(int tree_fd, int target_fd, uint64_t attributes, uint64_t propagation);
int clone_tree(int directory_fd, const char *path);
int mount_overlay(const struct launch *launch, const char *target, uint64_t flags, const struct arg *args);

/* steps_mount.c */
int run_mount_filesystem(struct launch *launch, const struct arg *args);
int run_bind(struct launch *launch, const struct arg *args);
int run_overlay_volume(struct launch *launch, const struct arg *args);
int run_secret_file(struct launch *launch, const struct arg *args);
int run_make_device(struct launch *launch, const struct arg *args);
int run_make_directory(struct launch *launch, const struct arg *args);
int run_make_symlink(struct launch *launch, const struct arg *args);
void forget_parent(void);
int run_open_terminal(struct launch *launch, const struct arg *args);
int run_mask_path(struct launch *launch, const struct arg *args);
int run_read_only_path(struct launch *launch, const struct arg *args);

/* steps_process.c */
int run_hostname(struct launch *launch, const struct arg *args);
int bring_loopback_up(void);
int run_loopback_up(struct launch *launch, const struct arg *args);
int run_session_keyring(struct launch *launch, const struct arg *args);
int run_set_rlimit(struct launch *launch, const struct arg *args);
int run_set_oom_score_adj(struct launch *launch, const struct arg *args);
int run_working_directory(struct launch *launch, const struct arg *args);
int run_apparmor_profile(struct launch *launch, const struct arg *args);
int run_no_new_privileges(struct launch *launch, const struct arg *args);

/* steps_identity.c */
int run_identity(struct launch *launch, const struct arg *args);
int run_seccomp(struct launch *launch, const struct arg *args);
int drop_to_signalling(void);

/* step_exec.c */
int run_exec(struct launch *launch, const struct arg *args);

/* child.c */
_Noreturn void child_main(struct launch *launch);
void run_steps(struct launch *launch, uint32_t from, uint32_t to);

/* supervise.c */
_Noreturn void supervise(struct launch *launch);
_Noreturn void init_loop(struct launch *launch, pid_t task);
void drop_standard_streams(void);
void block_all_signals(void);
void default_all_signals(void);
void unblock_all_signals(void);

/* point.c: named places where the crash tests stop a launch; empty in the release build. */
#ifdef COFFER_TEST_POINTS
void reach_point(const char *name);
void reach_step(uint32_t index, const char *name);
void print_points(void);
#else
#define reach_point(name) ((void)0)
#define reach_step(index, name) ((void)0)
#endif

#endif
