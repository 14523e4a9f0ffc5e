/* floor --lower DIR --state DIR [-n LAUNCHES] [-c WORKERS] [--gap MS] [--layers N] [--volatile] [--cgroup NAME]
 *       [--program PATH]
 *
 * Launches a program in a container as directly as the kernel allows, and removes every trace of it: cgroups with
 * limits, all namespaces, a fresh overlay, proc, sys and dev, pivot_root. No seccomp, no capabilities, no masks, no
 * logs, no records: a lower bound, not a runtime. */
#define _GNU_SOURCE
#include "floor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct options options = {.cgroup = "coffer-bench-floor", .program = "/bin/true", .layers = 1};

static const char *const steps[] = {
    "make cgroups",        "write limits",  "make upper and work", "clone, all namespaces", "join cgroups",
    "cgroup namespace",    "mount overlay", "mount proc and sys",  "dev, devpts, shm, mq",  "pivot_root, umount",
    "host name, loopback", "execve",        "run, exit, teardown", "remove upper",          "remove cgroups",
};

static void make_directory(const char *base, const char *name)
{
    char path[PATH_SIZE];
    put(path, sizeof path, "%s/%s", base, name);
    if (mkdir(path, 0755) < 0) {
        die(path);
    }
}

static void launch_one(int worker, int number, struct lap *lap)
{
    struct launch launch = {.lap = lap};
    put(launch.name, sizeof launch.name, "f%d-%d-%d", (int)getpid(), worker, number);
    put(launch.base, sizeof launch.base, "%s/%s", options.state, launch.name);
    lap->at[BEGUN] = now_us();
    cgroup_make(&launch);
    lap->at[CGROUPS_MADE] = now_us();
    cgroup_limit(&launch);
    lap->at[LIMITS_WRITTEN] = now_us();
    make_directory(launch.base, "");
    make_directory(launch.base, "m");
    make_directory(launch.base, "u");
    make_directory(launch.base, "w");
    lap->at[DIRECTORIES_MADE] = now_us();
    int pid = start_child(&launch);
    if (pid < 0) {
        die("clone");
    }
    lap->at[EXECUTED] = now_us();
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    lap->at[EXITED] = now_us();
    remove_tree(launch.base);
    lap->at[DIRECTORIES_REMOVED] = now_us();
    cgroup_remove(&launch);
    lap->at[CGROUPS_REMOVED] = now_us();
    if (status != 0) {
        lap->failed = 1;
        fprintf(stderr, "launch ended with status %x at %s\n", (unsigned)status,
                launch.failed_step == NULL ? "the program" : launch.failed_step);
    }
}

static void usage(void)
{
    fputs("floor --lower DIR --state DIR [-n N] [-c N] [--gap MS] [--layers N] [--volatile] [--cgroup NAME] "
          "[--program PATH]\n",
          stderr);
    _exit(2);
}

/* An option with a value; false if it is none of them. */
static bool take_option(struct plan *plan, const char *name, const char *value)
{
    if (strcmp(name, "--lower") == 0) {
        options.lower = value;
    } else if (strcmp(name, "--state") == 0) {
        options.state = value;
    } else if (strcmp(name, "--cgroup") == 0) {
        options.cgroup = value;
    } else if (strcmp(name, "--program") == 0) {
        options.program = value;
    } else if (strcmp(name, "--layers") == 0) {
        options.layers = number_option(name, value);
    } else if (strcmp(name, "--gap") == 0) {
        plan->gap_ms = number_option(name, value);
    } else if (strcmp(name, "-n") == 0) {
        plan->launches = number_option(name, value);
    } else if (strcmp(name, "-c") == 0) {
        plan->workers = number_option(name, value);
    } else {
        return false;
    }
    return true;
}

static void read_options(struct plan *plan, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--volatile") == 0) {
            options.discard = true;
        } else if (i + 1 >= argc || !take_option(plan, argv[i], argv[i + 1])) {
            usage();
        } else {
            i++;
        }
    }
    if (options.lower == NULL || options.state == NULL) {
        usage();
    }
}

int main(int argc, char **argv)
{
    struct plan plan = {.launches = 100, .workers = 1, .marks = MARKS, .steps = steps, .launch = launch_one};
    read_options(&plan, argc, argv);
    cgroup_prepare_parent();
    char layer[PATH_SIZE];
    for (int i = 1; i < options.layers; i++) {
        put(layer, sizeof layer, "%s/layer%d", options.state, i);
        if (mkdir(layer, 0755) < 0 && errno != EEXIST) {
            die(layer);
        }
    }
    int bad = run_plan(&plan);
    for (int i = 1; i < options.layers; i++) {
        put(layer, sizeof layer, "%s/layer%d", options.state, i);
        rmdir(layer);
    }
    cgroup_remove_parent();
    return bad == 0 ? 0 : 1;
}
