/* System calls and constants that musl's headers lack. Numbers from 424 on are the same on every architecture. */
#ifndef COFFER_KERNEL_H
#define COFFER_KERNEL_H

#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NR_OPEN_TREE 428
#define NR_MOVE_MOUNT 429
#define NR_CLONE3 435
#define NR_CLOSE_RANGE 436
#define NR_OPENAT2 437
#define NR_MOUNT_SETATTR 442

/* linux/sched.h */
#define CLONE_INTO_CGROUP_FLAG 0x200000000ULL
#define CLONE_NEWCGROUP_FLAG 0x02000000
#define CLONE_NEWTIME_FLAG 0x00000080

/* linux/openat2.h */
struct open_how_args {
    uint64_t flags;
    uint64_t mode;
    uint64_t resolve;
};
enum {
    RESOLVE_NO_XDEV_FLAG = 0x01,
    RESOLVE_NO_MAGICLINKS_FLAG = 0x02,
    RESOLVE_NO_SYMLINKS_FLAG = 0x04,
    RESOLVE_BENEATH_FLAG = 0x08,
    RESOLVE_IN_ROOT_FLAG = 0x10
};

/* linux/mount.h */
struct mount_attr_args {
    uint64_t attr_set;
    uint64_t attr_clr;
    uint64_t propagation;
    uint64_t userns_fd;
};
enum {
    OPEN_TREE_CLONE_FLAG = 1,
    MOVE_MOUNT_F_EMPTY = 0x04,
    MOVE_MOUNT_T_EMPTY = 0x40,
    ATTR_RDONLY = 0x01,
    ATTR_NOSUID = 0x02,
    ATTR_NODEV = 0x04,
    ATTR_NOEXEC = 0x08,
    ATTR_IDMAP = 0x00100000,
};
#define AT_RECURSIVE_FLAG 0x8000

struct clone_args_v2 {
    uint64_t flags;
    uint64_t pidfd;
    uint64_t child_tid;
    uint64_t parent_tid;
    uint64_t exit_signal;
    uint64_t stack;
    uint64_t stack_size;
    uint64_t tls;
    uint64_t set_tid;
    uint64_t set_tid_size;
    uint64_t cgroup;
};

/* linux/securebits.h */
#define SECURE_NO_SETUID_FIXUP 0x04

/* linux/magic.h */
#define MAGIC_NSFS 0x6e736673L
#define MAGIC_PROC 0x9fa0L
#define MAGIC_PIPEFS 0x50495045L
#define PROC_ROOT_INODE 1
#define MAGIC_CGROUP 0x27e0ebL
#define MAGIC_CGROUP2 0x63677270L

/* linux/seccomp.h */
#define FILTER_FLAG_NEW_LISTENER 8

/* linux/keyctl.h */
#define KEYCTL_JOIN_SESSION 1

#endif
