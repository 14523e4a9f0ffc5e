/* The floor: the least that launching, running and removing a container can cost on this machine. */
#ifndef COFFER_BENCH_FLOOR_H
#define COFFER_BENCH_FLOOR_H

#include "stopwatch.h"

#include <stdbool.h>

enum { MAX_CONTROLLERS = 6, PATH_SIZE = 512, OPTIONS_SIZE = 4096 };

enum mark {
    BEGUN,
    CGROUPS_MADE,
    LIMITS_WRITTEN,
    DIRECTORIES_MADE,
    CLONED,
    CGROUPS_JOINED,
    CGROUP_NAMESPACE,
    ROOT_MOUNTED,
    PROC_MOUNTED,
    DEV_MADE,
    PIVOTED,
    NETWORK_UP,
    EXECUTED,
    EXITED,
    DIRECTORIES_REMOVED,
    CGROUPS_REMOVED,
    MARKS
};

struct options {
    const char *lower;  /* directory of the task's root file system */
    const char *state;  /* takes the writable layers */
    const char *cgroup; /* name of the cgroup that holds the launches' */
    const char *program;
    int layers;
    bool discard; /* overlay's "volatile" */
};

struct launch {
    char name[64];
    char base[PATH_SIZE];
    struct lap *lap;
    int cgroup_fds[MAX_CONTROLLERS]; /* v1: the tasks files; v2: the first is the directory */
    const char *failed_step;         /* set by the child, which shares our memory on v1 */
};

extern struct options options;

/* Whether /sys/fs/cgroup is the v2 hierarchy and nothing else. */
bool cgroup_is_v2(void);
void cgroup_prepare_parent(void);
void cgroup_remove_parent(void);
void cgroup_make(const struct launch *launch);
/* Writes the limits and opens what the child joins by. */
void cgroup_limit(struct launch *launch);
/* In the child. */
int cgroup_join(const struct launch *launch);
void cgroup_remove(const struct launch *launch);

/* Starts the child; returns its pid once it has executed the program or ended. */
int start_child(struct launch *launch);

#endif
