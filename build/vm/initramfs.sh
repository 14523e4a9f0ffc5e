#!/bin/sh
# First program of the VM (in the initramfs): loads drivers, then hands over to the base disk.
/bin/busybox mkdir -p /proc /sys /dev /disk
/bin/busybox mount -t devtmpfs dev /dev
# A driver for a feature that this processor lacks refuses; one that is missed shows at the mount below.
while read -r module; do
    /bin/busybox insmod "$module" 2> /dev/null
done < /modules/order
/bin/busybox mount -t ext4 /dev/vda /disk
exec /bin/busybox switch_root /disk /guest.sh
