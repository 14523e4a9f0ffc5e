#!/bin/sh
# Second program of the VM (on the base disk): makes a plain cgroup-v2 system, runs the kernel tests of the tests disk
# and powers off. /dev/ttyS0 takes what a person reads, /dev/ttyS1 what the host parses.
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t securityfs securityfs /sys/kernel/security
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts -o gid=5,mode=620,ptmxmode=666 pts /dev/pts
mount -t tmpfs -o mode=1777 shm /dev/shm
mount -t cgroup2 -o nsdelegate cgroup2 /sys/fs/cgroup
for directory in /tmp /run /var/lib; do
    mount -t tmpfs tmpfs "$directory"
done
chmod 1777 /tmp
mount -t ext4 -o ro /dev/vdb /tests
hostname coffer-vm
ip link set lo up
# shellcheck disable=SC3045 # the shell is busybox, which has it
ulimit -n 65536

# shellcheck disable=SC2046 # the options are words without blanks, made by run.sh
/jdk/bin/java $(cat /tests/options) -cp "$(cat /tests/classpath)" \
    dev.coffer.testing.KernelTests $(cat /tests/roots) > /dev/ttyS0 2>&1
echo "@exit $?" > /dev/ttyS1
sync
reboot -f
