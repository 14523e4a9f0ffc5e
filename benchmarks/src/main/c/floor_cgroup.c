/* One cgroup per launch in each of six v1 hierarchies, or one in the v2 hierarchy, with the same limits. */
#define _GNU_SOURCE
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct limit {
    const char *controller;
    const char *file;
    const char *value;
};

static const char *const controllers[MAX_CONTROLLERS] = {"cpu", "cpuacct", "memory", "pids", "freezer", "devices"};

static const struct limit v1_limits[] = {
    {"cpu", "cpu.shares", "2048"},
    {"cpu", "cpu.cfs_period_us", "100000"},
    {"cpu", "cpu.cfs_quota_us", "200000"},
    {"memory", "memory.limit_in_bytes", "268435456"},
    {"pids", "pids.max", "128"},
    {"devices", "devices.deny", "a"},
    {"devices", "devices.allow", "c 1:3 rwm"},
    {"devices", "devices.allow", "c 1:5 rwm"},
    {"devices", "devices.allow", "c 1:7 rwm"},
    {"devices", "devices.allow", "c 1:8 rwm"},
    {"devices", "devices.allow", "c 1:9 rwm"},
    {"devices", "devices.allow", "c 5:* rwm"},
    {"devices", "devices.allow", "c 136:* rwm"},
    {"devices", "devices.allow", "c *:* m"},
};

static const struct limit v2_limits[] = {
    {"", "cpu.max", "200000 100000"},
    {"", "cpu.weight", "79"},
    {"", "memory.max", "268435456"},
    {"", "pids.max", "128"},
};

bool cgroup_is_v2(void)
{
    return access("/sys/fs/cgroup/cgroup.controllers", F_OK) == 0;
}

static int controller_count(void)
{
    return cgroup_is_v2() ? 1 : MAX_CONTROLLERS;
}

static void parent_path(char path[PATH_SIZE], const char *controller)
{
    put(path, PATH_SIZE, "/sys/fs/cgroup/%s/%s", controller, options.cgroup);
}

static void cgroup_path(char path[PATH_SIZE], const struct launch *launch, const char *controller)
{
    put(path, PATH_SIZE, "/sys/fs/cgroup/%s/%s/%s", controller, options.cgroup, launch->name);
}

static const char *controller_name(int index)
{
    return cgroup_is_v2() ? "" : controllers[index];
}

static void write_file(const char *path, const char *value)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, value, strlen(value)) < 0) {
        die(path);
    }
    close(fd);
}

void cgroup_prepare_parent(void)
{
    char path[PATH_SIZE];
    for (int i = 0; i < controller_count(); i++) {
        parent_path(path, controller_name(i));
        if (mkdir(path, 0755) < 0 && errno != EEXIST) {
            die(path);
        }
    }
    if (cgroup_is_v2()) {
        write_file("/sys/fs/cgroup/cgroup.subtree_control", "+cpu +memory +pids");
        put(path, sizeof path, "/sys/fs/cgroup/%s/cgroup.subtree_control", options.cgroup);
        write_file(path, "+cpu +memory +pids");
    }
}

void cgroup_remove_parent(void)
{
    char path[PATH_SIZE];
    for (int i = 0; i < controller_count(); i++) {
        parent_path(path, controller_name(i));
        rmdir(path);
    }
}

void cgroup_make(const struct launch *launch)
{
    char path[PATH_SIZE];
    for (int i = 0; i < controller_count(); i++) {
        cgroup_path(path, launch, controller_name(i));
        if (mkdir(path, 0755) < 0 && errno != EEXIST) { /* cpu and cpuacct may be one hierarchy */
            die(path);
        }
    }
}

static void write_limits(const struct launch *launch, const struct limit *limits, size_t count)
{
    char path[PATH_SIZE];
    for (size_t i = 0; i < count; i++) {
        put(path, sizeof path, "/sys/fs/cgroup/%s/%s/%s/%s", limits[i].controller, options.cgroup, launch->name,
            limits[i].file);
        write_file(path, limits[i].value);
    }
}

void cgroup_limit(struct launch *launch)
{
    char path[PATH_SIZE];
    if (cgroup_is_v2()) {
        write_limits(launch, v2_limits, sizeof v2_limits / sizeof *v2_limits);
        cgroup_path(path, launch, "");
        launch->cgroup_fds[0] = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
        if (launch->cgroup_fds[0] < 0) {
            die(path);
        }
        return;
    }
    write_limits(launch, v1_limits, sizeof v1_limits / sizeof *v1_limits);
    for (int i = 0; i < MAX_CONTROLLERS; i++) {
        put(path, sizeof path, "/sys/fs/cgroup/%s/%s/%s/tasks", controllers[i], options.cgroup, launch->name);
        launch->cgroup_fds[i] = open(path, O_WRONLY | O_CLOEXEC);
        if (launch->cgroup_fds[i] < 0) {
            die(path);
        }
    }
}

/* "0" into tasks from the single-threaded child: no global lock, no grace period. On v2 the child was born inside. */
int cgroup_join(const struct launch *launch)
{
    if (cgroup_is_v2()) {
        return 0;
    }
    for (int i = 0; i < MAX_CONTROLLERS; i++) {
        if (write(launch->cgroup_fds[i], "0", 1) != 1) {
            return -1;
        }
    }
    return 0;
}

void cgroup_remove(const struct launch *launch)
{
    char path[PATH_SIZE];
    struct timespec pause = {.tv_nsec = 50000};
    for (int i = 0; i < controller_count(); i++) {
        close(launch->cgroup_fds[i]);
        cgroup_path(path, launch, controller_name(i));
        int tries = 0;
        while (rmdir(path) < 0 && errno != ENOENT) {
            if (errno != EBUSY || ++tries > 20000) {
                die(path);
            }
            nanosleep(&pause, NULL);
        }
    }
}
