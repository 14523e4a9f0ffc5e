/* Everything mounted or made below the new root. Targets are opened first and mounted on by descriptor, so that a path
 * cannot be exchanged between check and use. */
#define _GNU_SOURCE
#include "shim.h"
#include "kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>

#ifndef TIOCGPTPEER
#define TIOCGPTPEER 0x5441
#endif

static int close_keeping_errno(int fd, int result)
{
    int error = errno;
    close(fd);
    errno = error;
    return result;
}

static int mount_on(int target_fd, const char *type, unsigned long flags, const char *data)
{
    if (fchdir(target_fd) < 0) {
        return -1;
    }
    return mount(type, ".", type, flags, data);
}

/* args: type, target, flags, data. A symlink in the target is refused: no image needs one at /proc, /sys or /dev, and
 * one there would show the task something else than the operator thinks. */
int run_mount_filesystem(struct launch *launch, const struct arg *args)
{
    int target = open_directory_made(launch->root_fd, args[1].bytes, false);
    if (target < 0) {
        return -1;
    }
    return close_keeping_errno(target, mount_on(target, args[0].bytes, args[2].number, args[3].bytes));
}

/* Copies of mounts that keep the owners that the host sees, or get those of the container. */
enum mapping { KEEP_OWNERS, MAP_OWNERS, MAP_IF_POSSIBLE };

/* args: source, target, attributes, propagation, mapping */
int run_bind(struct launch *launch, const struct arg *args)
{
    struct stat st;
    int tree = clone_tree(AT_FDCWD, args[0].bytes);
    if (tree < 0) {
        return -1;
    }
    if (fstat(tree, &st) < 0 || (args[4].number != KEEP_OWNERS && map_owners(launch, tree) < 0 &&
                                 (args[4].number != MAP_IF_POSSIBLE || errno != EINVAL))) {
        return close_keeping_errno(tree, -1);
    }
    int target = S_ISDIR(st.st_mode) ? open_directory_made(launch->root_fd, args[1].bytes, true)
                                     : open_file_made(launch->root_fd, args[1].bytes);
    if (target < 0) {
        return close_keeping_errno(tree, -1);
    }
    int result = attach_tree_as(tree, target, args[2].number, args[3].number);
    return close_keeping_errno(tree, close_keeping_errno(target, result));
}

/* args: staging directory, then as mount_overlay, target, attributes. Mounted where no path of the image is walked; the
 * copy that is attached is the one that stays. */
int run_overlay_volume(struct launch *launch, const struct arg *args)
{
    const char *staging = args[0].bytes;
    if (mount_overlay(launch, staging, MS_NODEV, args + 1) < 0) {
        return -1;
    }
    int tree = clone_tree(AT_FDCWD, staging);
    if (tree < 0 || umount2(staging, MNT_DETACH) < 0) {
        return -1;
    }
    int target = open_directory_made(launch->root_fd, args[4].bytes, true);
    if (target < 0) {
        return close_keeping_errno(tree, -1);
    }
    int result = attach_tree(tree, target, args[5].number);
    return close_keeping_errno(tree, close_keeping_errno(target, result));
}

/* The directory that the last node was made in, for the next one's is mostly the same. Forgotten before every step that
 * makes no node: it may mount there. */
struct last_parent {
    size_t length;
    const char *path;
    int fd;
};

static struct last_parent last_parent = {.fd = -1};

void forget_parent(void)
{
    if (last_parent.fd >= 0) {
        close(last_parent.fd);
        last_parent.fd = -1;
    }
}

/* As open_parent; the descriptor is not the caller's to close. The path is part of the plan and stays. */
static int parent_of(struct launch *launch, const char *path, const char **name)
{
    const char *slash = strrchr(path, '/');
    size_t length = slash == NULL ? 0 : (size_t)(slash - path);
    if (last_parent.fd >= 0 && length > 0 && length == last_parent.length && slash[1] != '.' && slash[1] != '\0' &&
        memcmp(path, last_parent.path, length) == 0) {
        *name = slash + 1;
        return last_parent.fd;
    }
    forget_parent();
    last_parent.fd = open_parent(launch->root_fd, path, name);
    last_parent.path = path;
    last_parent.length = length;
    return last_parent.fd;
}

static int write_secret(int directory, const struct arg *value, uid_t uid, gid_t gid)
{
    int file = openat(directory, "secret", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
    if (file < 0) {
        return -1;
    }
    uint32_t done = 0;
    while (done < value->length) {
        ssize_t n = write(file, value->bytes + done, value->length - done);
        if (n < 0) {
            return close_keeping_errno(file, -1);
        }
        done += (uint32_t)n;
    }
    return close_keeping_errno(file, fchown(file, uid, gid));
}

/* args: value, staging directory, target, uid, gid. A ramfs is never written to a disk, not even to swap. It is mounted
 * over the staging directory until its only file has been copied as a mount. */
int run_secret_file(struct launch *launch, const struct arg *args)
{
    const char *staging = args[1].bytes;
    if (mount("ramfs", staging, "ramfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=700") < 0) {
        return -1;
    }
    int directory = open(staging, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0 || write_secret(directory, &args[0], (uid_t)args[3].number, (gid_t)args[4].number) < 0) {
        return -1;
    }
    int tree = clone_tree(directory, "secret");
    close(directory);
    if (tree < 0 || umount2(staging, MNT_DETACH) < 0) {
        return -1;
    }
    int target = open_file_made(launch->root_fd, args[2].bytes);
    if (target < 0) {
        return close_keeping_errno(tree, -1);
    }
    int result = attach_tree(tree, target, ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC);
    return close_keeping_errno(tree, close_keeping_errno(target, result));
}

/* args: target, major, minor, mode with the type of a block device or none */
int run_make_device(struct launch *launch, const struct arg *args)
{
    const char *name;
    int parent = parent_of(launch, args[0].bytes, &name);
    if (parent < 0) {
        return -1;
    }
    mode_t mode = (mode_t)args[3].number;
    if ((mode & S_IFMT) == 0) {
        mode |= S_IFCHR;
    }
    return mknodat(parent, name, mode, makedev((unsigned)args[1].number, (unsigned)args[2].number));
}

/* args: target, mode */
int run_make_directory(struct launch *launch, const struct arg *args)
{
    const char *name;
    int parent = open_parent(launch->root_fd, args[0].bytes, &name);
    if (parent < 0) {
        return -1;
    }
    int result = mkdirat(parent, name, (mode_t)args[1].number);
    if (result < 0 && errno == EEXIST) {
        result = 0;
    }
    return close_keeping_errno(parent, result);
}

/* args: destination, target */
int run_make_symlink(struct launch *launch, const struct arg *args)
{
    const char *name;
    int parent = parent_of(launch, args[1].bytes, &name);
    return parent < 0 ? -1 : symlinkat(args[0].bytes, parent, name);
}

/* Binds the slave, found again by its number, so that /dev/console is the task's terminal. */
static int bind_console(struct launch *launch, unsigned number)
{
    char path[] = "/dev/pts/0000000000";
    char *end = path + sizeof "/dev/pts/" - 1;
    char digits[10];
    int count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0) {
        *end++ = digits[--count];
    }
    *end = '\0';
    int slave = open_beneath(launch->root_fd, path, O_PATH, false);
    if (slave < 0) {
        return -1;
    }
    int tree = clone_tree(slave, "");
    int target = tree < 0 ? -1 : open_file_made(launch->root_fd, "/dev/console");
    int result = target < 0 ? -1 : attach_tree(tree, target, 0);
    int error = errno;
    close(slave);
    close(tree);
    close(target);
    errno = error;
    return result;
}

/* args: rows, columns. The master goes to the agent; the slave becomes the standard streams. */
int run_open_terminal(struct launch *launch, const struct arg *args)
{
    int master = open_beneath(launch->root_fd, "/dev/pts/ptmx", O_RDWR | O_NOCTTY, false);
    if (master < 0) {
        return -1;
    }
    int unlock = 0;
    unsigned number = 0;
    struct winsize size = {.ws_row = (unsigned short)args[0].number, .ws_col = (unsigned short)args[1].number};
    if (ioctl(master, TIOCSPTLCK, &unlock) < 0 || ioctl(master, TIOCGPTN, &number) < 0 ||
        ioctl(master, TIOCSWINSZ, &size) < 0) {
        return close_keeping_errno(master, -1);
    }
    int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0 || bind_console(launch, number) < 0 || report_terminal(master) < 0) {
        return close_keeping_errno(master, -1);
    }
    close(master);
    for (int fd = 0; fd < 3; fd++) {
        if (dup2(slave, fd) < 0) {
            return -1;
        }
    }
    close(slave);
    launch->terminal = true;
    return 0;
}

/* The container's /dev/null, checked to be that device: an image or a race could have put something else there, which
 * would then be bound over every masked file (CVE-2025-31133). */
static int open_null(struct launch *launch)
{
    if (launch->null_fd >= 0) {
        return 0;
    }
    int fd = open_beneath(launch->root_fd, "/dev/null", O_PATH, false);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0) {
        return -1;
    }
    if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(1, 3)) {
        close(fd);
        errno = ENODEV;
        return -1;
    }
    launch->null_fd = fd;
    return 0;
}

static int mask_file(struct launch *launch, int target)
{
    if (open_null(launch) < 0) {
        return -1;
    }
    int tree = clone_tree(launch->null_fd, "");
    if (tree < 0) {
        return -1;
    }
    return close_keeping_errno(tree, attach_tree(tree, target, 0));
}

/* args: target */
int run_mask_path(struct launch *launch, const struct arg *args)
{
    int target = open_beneath(launch->root_fd, args[0].bytes, O_PATH, false);
    if (target < 0) {
        return errno == ENOENT ? 0 : -1;
    }
    struct stat st;
    int result = fstat(target, &st);
    if (result == 0) {
        result = S_ISDIR(st.st_mode)
                     ? mount_on(target, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, "nr_inodes=1,size=4k")
                     : mask_file(launch, target);
    }
    return close_keeping_errno(target, result);
}

/* Changes the mount that target is the root of; EINVAL if it is none. */
static int freeze_mount(int target)
{
    struct mount_attr_args attr = {.attr_set = ATTR_RDONLY};
    return (int)syscall(NR_MOUNT_SETATTR, target, "", AT_EMPTY_PATH | AT_RECURSIVE_FLAG, &attr, sizeof attr);
}

static int bind_over_itself(int target)
{
    int tree = clone_tree(target, "");
    if (tree < 0) {
        return -1;
    }
    return close_keeping_errno(tree, attach_tree(tree, target, ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC));
}

/* args: target */
int run_read_only_path(struct launch *launch, const struct arg *args)
{
    int target = open_beneath(launch->root_fd, args[0].bytes, O_PATH, false);
    if (target < 0) {
        return errno == ENOENT ? 0 : -1;
    }
    int result = freeze_mount(target);
    if (result < 0 && errno == EINVAL) {
        result = bind_over_itself(target);
    }
    return close_keeping_errno(target, result);
}
