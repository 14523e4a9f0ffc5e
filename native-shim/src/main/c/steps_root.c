/* Mounts the root file system in the child's own mount namespace and moves into it. */
#define _GNU_SOURCE
#include "shim.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>

/* Slave, not private: until the old root is gone an unmount on the host still reaches us. */
static int leave_host_propagation(void)
{
    return mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL);
}

static int open_root(struct launch *launch, const char *root)
{
    launch->root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return launch->root_fd < 0 ? -1 : 0;
}

/* Puts a copy of the directory over itself in which its files belong to the users of the container. */
static int cover(const struct launch *launch, const char *directory)
{
    int tree = (int)syscall(NR_OPEN_TREE, AT_FDCWD, directory, OPEN_TREE_CLONE_FLAG | O_CLOEXEC);
    int target = tree < 0 ? -1 : open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int result = target < 0 || map_owners(launch, tree) < 0 ? -1 : attach_tree(tree, target, 0);
    int error = errno;
    close(tree);
    close(target);
    errno = error;
    return result;
}

/* args: directory the lower layers are relative to, overlay options, directories to map the owners of. An overlay keeps
 * copies of the mounts that it is made from: what covers those directories is taken away again. */
int mount_overlay(const struct launch *launch, const char *target, uint64_t flags, const struct arg *args)
{
    const char *end = args[2].bytes + args[2].length;
    for (const char *s = args[2].bytes; s < end; s += strlen(s) + 1) {
        if (cover(launch, s) < 0) {
            return -1;
        }
    }
    if (chdir(args[0].bytes) < 0 || mount("overlay", target, "overlay", flags, args[1].bytes) < 0 || chdir("/") < 0) {
        return -1;
    }
    for (const char *s = args[2].bytes; s < end; s += strlen(s) + 1) {
        if (umount2(s, MNT_DETACH | UMOUNT_NOFOLLOW) < 0) {
            return -1;
        }
    }
    return 0;
}

/* args: mount point, flags, then as mount_overlay */
int run_overlay_root(struct launch *launch, const struct arg *args)
{
    if (leave_host_propagation() < 0 || mount_overlay(launch, args[0].bytes, args[1].number, args + 2) < 0) {
        return -1;
    }
    return open_root(launch, args[0].bytes);
}

/* A private copy of the mounts at path, attached nowhere yet. An empty path copies directory_fd itself. */
int clone_tree(int directory_fd, const char *path)
{
    unsigned flags = OPEN_TREE_CLONE_FLAG | O_CLOEXEC | AT_RECURSIVE_FLAG | AT_SYMLINK_NOFOLLOW;
    if (path[0] == '\0') {
        flags |= AT_EMPTY_PATH;
    }
    return (int)syscall(NR_OPEN_TREE, directory_fd, path, flags);
}

/* Gives every mount of the tree the attributes and the propagation and attaches it at target_fd. */
int attach_tree_as(int tree_fd, int target_fd, uint64_t attributes, uint64_t propagation)
{
    struct mount_attr_args attr = {.attr_set = attributes, .propagation = propagation};
    if (syscall(NR_MOUNT_SETATTR, tree_fd, "", AT_EMPTY_PATH | AT_RECURSIVE_FLAG, &attr, sizeof attr) < 0) {
        return -1;
    }
    return (int)syscall(NR_MOVE_MOUNT, tree_fd, "", target_fd, "", MOVE_MOUNT_F_EMPTY | MOVE_MOUNT_T_EMPTY);
}

/* Private, not slave: what the host mounts below it later would come without the attributes, writable below a read-only
 * volume. */
int attach_tree(int tree_fd, int target_fd, uint64_t attributes)
{
    return attach_tree_as(tree_fd, target_fd, attributes, MS_PRIVATE);
}

/* args: mount point, source, attributes */
int run_bind_root(struct launch *launch, const struct arg *args)
{
    if (leave_host_propagation() < 0) {
        return -1;
    }
    int tree = clone_tree(AT_FDCWD, args[1].bytes);
    if (tree < 0 || open_root(launch, args[0].bytes) < 0 || attach_tree(tree, launch->root_fd, args[2].number) < 0) {
        return -1;
    }
    close(tree);
    close(launch->root_fd);
    return open_root(launch, args[0].bytes);
}

int run_pivot_root(struct launch *launch, const struct arg *args)
{
    (void)args;
    if (fchdir(launch->root_fd) < 0 || syscall(SYS_pivot_root, ".", ".") < 0) {
        return -1;
    }
    /* The old root is now stacked on the new one at "/": the topmost, so this detaches it. */
    if (umount2(".", MNT_DETACH) < 0) {
        return -1;
    }
    return chdir("/"); /* pivot_root does not chdir: until we do, the old root stays reachable */
}
