/* The command line that ps shows: "coffer-shim <container id>". A forked launcher cannot be started with it, so it
 * writes over its own; the agent passes one long environment variable behind the arguments to make room. See
 * proc_pid_cmdline(5). */
#define _GNU_SOURCE
#include "shim.h"

#include <string.h>
#include <unistd.h>

static char *title;
static size_t room;

void find_title(char **argv)
{
    title = argv[0];
    const char *last = environ[0] != NULL ? environ[0] : argv[1];
    room = (size_t)(last + strlen(last) - title);
}

/* The room ends in a NUL that is never written over. */
void show_as(const char *container_id)
{
    static const char name[] = "coffer-shim ";
    if (room < sizeof name) {
        return;
    }
    memset(title, 0, room);
    memcpy(title, name, sizeof name - 1);
    strncpy(title + sizeof name - 1, container_id, room - sizeof name);
}
