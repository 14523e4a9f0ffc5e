/* Opens and makes paths of the container. The image is untrusted: every path is resolved with the new root as "/", so
 * neither ".." nor a symlink leads out of it, and /proc's magic links are refused. See openat2(2). */
#define _GNU_SOURCE
#include "shim.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* A rename elsewhere can make an in-root walk undecidable for a moment. */
enum { RACE_RETRIES = 32 };

int open_beneath(int root_fd, const char *path, int flags, bool follow_symlinks)
{
    struct open_how_args how = {
        .flags = (uint64_t)(flags | O_CLOEXEC),
        .resolve = RESOLVE_IN_ROOT_FLAG | RESOLVE_NO_MAGICLINKS_FLAG | (follow_symlinks ? 0 : RESOLVE_NO_SYMLINKS_FLAG),
    };
    for (int i = 0; i < RACE_RETRIES; i++) {
        long fd = syscall(NR_OPENAT2, root_fd, path, &how, sizeof how);
        if (fd >= 0 || errno != EAGAIN) {
            return (int)fd;
        }
    }
    return -1;
}

/* Copies the first length bytes of path; -1 with ENAMETOOLONG if they do not fit. */
static int copy_prefix(char buffer[4096], const char *path, size_t length)
{
    if (length >= 4096) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(buffer, path, length);
    buffer[length] = '\0';
    return 0;
}

/* Opens the directory that holds the last component of path and points *name at that component. */
int open_parent(int root_fd, const char *path, const char **name)
{
    char parent[4096];
    const char *slash = strrchr(path, '/');
    *name = slash == NULL ? path : slash + 1;
    if (**name == '\0' || strcmp(*name, "..") == 0 || strcmp(*name, ".") == 0) {
        errno = EINVAL;
        return -1;
    }
    size_t length = slash == NULL ? 0 : (size_t)(slash - path);
    if (length == 0) {
        return open_beneath(root_fd, "/", O_PATH | O_DIRECTORY, true);
    }
    if (copy_prefix(parent, path, length) < 0) {
        return -1;
    }
    return open_directory_made(root_fd, parent, true);
}

static int make_directory_at(int root_fd, const char *path)
{
    const char *name;
    int parent = open_parent(root_fd, path, &name);
    if (parent < 0) {
        return -1;
    }
    int made = mkdirat(parent, name, 0755);
    int error = errno;
    close(parent);
    errno = error;
    return made < 0 && error != EEXIST ? -1 : 0;
}

/* Opens a directory, making it and its parents if they are missing. open_parent and this recurse into each other once
 * per missing component; PATH_MAX bounds the depth. */
int open_directory_made(int root_fd, const char *path, bool follow_symlinks)
{
    int fd = open_beneath(root_fd, path, O_PATH | O_DIRECTORY, follow_symlinks);
    if (fd >= 0 || errno != ENOENT) {
        return fd;
    }
    if (make_directory_at(root_fd, path) < 0) {
        return -1;
    }
    return open_beneath(root_fd, path, O_PATH | O_DIRECTORY, follow_symlinks);
}

/* Opens the target of a file bind, made empty if it is missing; never opened for real, so a FIFO cannot block us. */
int open_file_made(int root_fd, const char *path)
{
    int fd = open_beneath(root_fd, path, O_PATH, true);
    if (fd >= 0 || errno != ENOENT) {
        return fd;
    }
    const char *name;
    int parent = open_parent(root_fd, path, &name);
    if (parent < 0) {
        return -1;
    }
    int made = mknodat(parent, name, S_IFREG | 0644, 0);
    int error = errno;
    close(parent);
    if (made < 0 && error != EEXIST) {
        errno = error;
        return -1;
    }
    return open_beneath(root_fd, path, O_PATH, true);
}
