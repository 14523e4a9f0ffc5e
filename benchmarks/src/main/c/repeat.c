/* repeat [-n LAUNCHES] [-c WORKERS] [--overlay LOWER:BASE] [--without MOUNT] -- COMMAND...
 *
 * Times a command that creates, runs and removes a container. In its arguments {W} becomes the worker's number and {ID}
 * a name used once.
 *
 * --overlay gives each launch a fresh overlay at BASE/w<worker>/rootfs, for runtimes that make none themselves; making
 * and removing it counts. --without unmounts MOUNT first. All mounts are in a mount namespace of this process's own. */
#define _GNU_SOURCE
#include "stopwatch.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_ARGUMENTS = 64, ARGUMENT_SIZE = 1024, DATA_SIZE = 4096 };

extern char **environ;

static char **command;
static const char *lower; /* NULL without --overlay */
static const char *base;
static const char *const steps[] = {"everything"};

/* Replaces {W} and {ID}. */
static void fill_in(char *out, const char *text, int worker, int number)
{
    char name[64];
    put(name, sizeof name, "bench-%d-%d-%d", (int)getpid(), worker, number);
    out[0] = '\0';
    while (*text != '\0') {
        size_t length = strlen(out);
        if (strncmp(text, "{W}", 3) == 0) {
            put(out + length, ARGUMENT_SIZE - length, "%d", worker);
            text += 3;
        } else if (strncmp(text, "{ID}", 4) == 0) {
            put(out + length, ARGUMENT_SIZE - length, "%s", name);
            text += 4;
        } else {
            put(out + length, ARGUMENT_SIZE - length, "%c", *text++);
        }
    }
}

static int run_command(int worker, int number)
{
    static char filled[MAX_ARGUMENTS][ARGUMENT_SIZE];
    char *arguments[MAX_ARGUMENTS + 1];
    int count = 0;
    for (; command[count] != NULL && count < MAX_ARGUMENTS; count++) {
        fill_in(filled[count], command[count], worker, number);
        arguments[count] = filled[count];
    }
    arguments[count] = NULL;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    pid_t pid;
    errno = posix_spawnp(&pid, arguments[0], &actions, NULL, arguments, environ);
    if (errno != 0) {
        die(arguments[0]);
    }
    posix_spawn_file_actions_destroy(&actions);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

static void make(const char *path)
{
    if (mkdir(path, 0755) < 0 && errno != EEXIST) {
        die(path);
    }
}

static void mount_overlay(int worker, char target[ARGUMENT_SIZE])
{
    char upper[ARGUMENT_SIZE];
    char work[ARGUMENT_SIZE];
    char data[DATA_SIZE];
    put(target, ARGUMENT_SIZE, "%s/w%d", base, worker);
    make(target);
    put(upper, sizeof upper, "%s/w%d/u", base, worker);
    put(work, sizeof work, "%s/w%d/w", base, worker);
    put(target, ARGUMENT_SIZE, "%s/w%d/rootfs", base, worker);
    make(upper);
    make(work);
    make(target);
    put(data, sizeof data, "lowerdir=%s,upperdir=%s,workdir=%s", lower, upper, work);
    if (mount("overlay", target, "overlay", 0, data) < 0) {
        die(target);
    }
}

static void unmount_overlay(int worker, const char *target)
{
    char path[ARGUMENT_SIZE];
    if (umount2(target, MNT_DETACH) < 0) {
        die(target);
    }
    put(path, sizeof path, "%s/w%d/u", base, worker);
    remove_tree(path);
    put(path, sizeof path, "%s/w%d/w", base, worker);
    remove_tree(path);
}

static void launch_one(int worker, int number, struct lap *lap)
{
    char target[ARGUMENT_SIZE];
    lap->at[0] = now_us();
    if (lower != NULL) {
        mount_overlay(worker, target);
    }
    lap->failed = run_command(worker, number) != 0;
    if (lower != NULL) {
        unmount_overlay(worker, target);
    }
    lap->at[1] = now_us();
}

static _Noreturn void usage(void)
{
    fputs("repeat [-n N] [-c N] [--overlay LOWER:BASE] [--without MOUNT] -- COMMAND...\n", stderr);
    _exit(2);
}

static void set_overlay(char *value)
{
    char *colon = strchr(value, ':');
    if (colon == NULL) {
        usage();
    }
    *colon = '\0';
    lower = value;
    base = colon + 1;
}

int main(int argc, char **argv)
{
    struct plan plan = {.launches = 10, .workers = 1, .marks = 2, .steps = steps, .launch = launch_one};
    if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
        die("unshare");
    }
    int i = 1;
    for (; i + 1 < argc && strcmp(argv[i], "--") != 0; i += 2) {
        if (strcmp(argv[i], "-n") == 0) {
            plan.launches = number_option(argv[i], argv[i + 1]);
        } else if (strcmp(argv[i], "-c") == 0) {
            plan.workers = number_option(argv[i], argv[i + 1]);
        } else if (strcmp(argv[i], "--overlay") == 0) {
            set_overlay(argv[i + 1]);
        } else if (strcmp(argv[i], "--without") == 0) {
            if (umount2(argv[i + 1], MNT_DETACH) < 0) {
                die(argv[i + 1]);
            }
        } else {
            usage();
        }
    }
    if (i + 1 >= argc) {
        usage();
    }
    command = argv + i + 1;
    return run_plan(&plan) == 0 ? 0 : 1;
}
