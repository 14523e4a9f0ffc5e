/* The last step: becomes the task. */
#define _GNU_SOURCE
#include "shim.h"
#include "kernel.h"

#include <errno.h>
#include <string.h>

/* Untouched, hence not resident, in every process but the one that execs. */
static char *arguments[MAX_STRINGS];
static char *environment[MAX_STRINGS];

static int unpack(const struct arg *list, char **out)
{
    size_t count = 0;
    const char *end = list->bytes + list->length;
    for (const char *s = list->bytes; s < end; s += strlen(s) + 1) {
        if (count == MAX_STRINGS - 1) {
            errno = E2BIG;
            return -1;
        }
        out[count++] = (char *)(uintptr_t)s;
    }
    out[count] = NULL;
    return (int)count;
}

static const char *search_path(void)
{
    for (char **entry = environment; *entry != NULL; entry++) {
        if (strncmp(*entry, "PATH=", 5) == 0) {
            return *entry + 5;
        }
    }
    return "";
}

/* Tries one directory of PATH; returns only if it could not. */
static void try_directory(const char *directory, size_t length, const char *command)
{
    char path[4096];
    size_t name = strlen(command);
    if (length + name + 2 > sizeof path) {
        errno = ENAMETOOLONG;
        return;
    }
    memcpy(path, directory, length);
    path[length] = '/';
    memcpy(path + length + 1, command, name + 1);
    execve(length == 0 ? command : path, arguments, environment);
}

static void search_and_exec(const char *command)
{
    int denied = 0;
    const char *start = search_path();
    for (;;) {
        const char *end = strchrnul(start, ':');
        try_directory(start, (size_t)(end - start), command);
        if (errno == EACCES) {
            denied = EACCES; /* remembered, as execvp(3) does: a later directory may still have it */
        } else if (errno != ENOENT && errno != ENOTDIR) {
            return;
        }
        if (*end == '\0') {
            break;
        }
        start = end + 1;
    }
    errno = denied != 0 ? denied : ENOENT;
}

/* args: argument list, environment list */
int run_exec(struct launch *launch, const struct arg *args)
{
    (void)launch;
    int count = unpack(&args[0], arguments);
    if (count < 0 || unpack(&args[1], environment) < 0) {
        return -1;
    }
    if (count == 0 || arguments[0][0] == '\0') {
        errno = ENOENT;
        return -1;
    }
    /* Everything of ours is close-on-exec already; this covers what a step might forget. */
    syscall(NR_CLOSE_RANGE, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */);
    if (strchr(arguments[0], '/') != NULL) {
        execve(arguments[0], arguments, environment);
    } else {
        search_and_exec(arguments[0]);
    }
    return -1;
}
