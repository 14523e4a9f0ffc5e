#!/usr/bin/env bash
# Makes what the VM boots from: Debian's cloud kernel, an initramfs with its drivers, and a base disk with a JDK and
# busybox. All of it is kept in .cache and made again only when one of its inputs is another.
set -euo pipefail
cd "$(dirname "$0")/../.."
cache=$PWD/.cache/vm
PATH=$PATH:/usr/sbin:/sbin
drivers=(virtio_pci virtio_blk overlay loop veth bridge xfs quota_v2)
tools=(apparmor_parser chattr lsattr mke2fs mkfs.xfs mount umount unshare nsenter fallocate)
jdk_modules=java.base,java.logging,java.management,java.naming,java.security.jgss,java.sql,java.xml
jdk_modules+=,jdk.crypto.ec,jdk.management,jdk.unsupported,jdk.zipfs,java.net.http,java.desktop

fetch_kernel() {
    [ ! -e "$cache/kernel/vmlinuz" ] || return 0
    local package
    package=$(apt-cache depends linux-image-cloud-amd64 | awk '$1 == "Depends:" {print $2; exit}')
    [ -n "$package" ] || { echo "cannot find the cloud kernel: no package list; run apt-get update" >&2; exit 1; }
    echo "vm: fetching $package (once)"
    rm -rf "$cache/unpack" "$cache/kernel"
    mkdir -p "$cache/unpack" "$cache/kernel"
    (cd "$cache/unpack" && apt-get download -qq -o APT::Sandbox::User=root "$package")
    dpkg-deb -x "$cache"/unpack/*.deb "$cache/unpack/root"
    cp -r "$cache/unpack/root/lib" "$cache/kernel/lib"
    depmod -b "$cache/kernel" "$(ls "$cache/kernel/lib/modules")"
    mv "$cache"/unpack/root/boot/vmlinuz-* "$cache/kernel/vmlinuz"
    rm -rf "$cache/unpack"
}

# One line per driver file, in an order in which they load.
driver_files() {
    local release driver
    release=$(ls "$cache/kernel/lib/modules")
    for driver in "${drivers[@]}"; do
        modprobe -S "$release" -d "$cache/kernel" --show-depends "$driver"
    done | awk '$1 == "insmod" && !seen[$2]++ {print $2}'
}

make_initramfs() {
    local made
    made=$cache/initramfs-$(cat build/vm/initramfs.sh build/vm/prepare.sh "$cache/kernel/vmlinuz" | sha256sum | cut -c1-16)
    if [ ! -e "$made" ]; then
        rm -rf "$cache"/initramfs*
        local tree=$cache/initramfs.tree file
        mkdir -p "$tree/bin" "$tree/modules"
        cp "$(command -v busybox)" "$tree/bin/busybox"
        ln -s busybox "$tree/bin/sh"
        install -m 755 build/vm/initramfs.sh "$tree/init"
        while read -r file; do
            cp "$file" "$tree/modules/"
            echo "/modules/${file##*/}" >> "$tree/modules/order"
        done < <(driver_files)
        (cd "$tree" && find . | cpio -o -H newc --quiet | gzip -1) > "$made.new"
        mv "$made.new" "$made"
        rm -rf "$tree"
    fi
    ln -sf "$made" "$cache/initramfs"
}

# The shared libraries that the given programs need, the loader included.
libraries() {
    ldd "$@" 2>/dev/null | grep -oE '/(lib|usr/lib)[^ ]+' | grep -v -e /jvm/ -e ':$' | sort -u
}

make_base_tree() {
    local tree=$1 home=$2 file
    mkdir -p "$tree"/{bin,sbin,dev,proc,sys,tmp,run,var/lib,tests,root,etc,usr/bin,usr/lib/x86_64-linux-gnu,lib64}
    ln -s usr/lib "$tree/lib"
    cp "$(command -v busybox)" "$tree/bin/busybox"
    for file in $("$tree/bin/busybox" --list); do
        [ "$file" = busybox ] || ln -s busybox "$tree/bin/$file"
    done
    install -m 755 build/vm/guest.sh "$tree/guest.sh"
    printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' > "$tree/etc/passwd"
    printf 'root:x:0:\nnogroup:x:65534:\n' > "$tree/etc/group"
    printf '127.0.0.1 localhost coffer-vm\n' > "$tree/etc/hosts"
    "$home/bin/jlink" --output "$tree/jdk" --add-modules "$jdk_modules" --strip-debug --no-man-pages --no-header-files
    "$tree/jdk/bin/java" -Xshare:dump -XX:+UseG1GC > /dev/null # emulated, each JVM starts in half the time with it
    for file in "${tools[@]}"; do
        rm -f "$tree/bin/$file"
        cp -L "$(command -v "$file")" "$tree/bin/"
    done
    for file in $(libraries "$home/bin/java" "$home"/lib/*.so \
        "$home/lib/server/libjvm.so" "${tools[@]/#/$tree/bin/}"); do
        cp -L "$file" "$tree/usr/lib/x86_64-linux-gnu/"
    done
    for file in libseccomp.so.2 libpthread.so.0 libdl.so.2 librt.so.1; do # what JNI libraries ask for by name
        cp -L "/usr/lib/x86_64-linux-gnu/$file" "$tree/usr/lib/x86_64-linux-gnu/"
    done
    cp -L /lib64/ld-linux-x86-64.so.2 "$tree/lib64/"
}

make_base() {
    local home made tree=$cache/base.tree
    home=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
    made=$cache/base-$(cat build/vm/guest.sh build/vm/prepare.sh "$home/release" "$(command -v busybox)" | sha256sum | cut -c1-16).img
    if [ ! -e "$made" ]; then
        echo "vm: making the base disk (once per JDK)"
        rm -rf "$cache"/base*
        make_base_tree "$tree" "$home"
        truncate -s 512M "$made.new"
        mke2fs -q -t ext4 -E root_owner=0:0,lazy_itable_init=0 -O ^has_journal -d "$tree" "$made.new"
        mv "$made.new" "$made"
        rm -rf "$tree"
    fi
    ln -sf "$made" "$cache/base.img"
}

mkdir -p "$cache"
fetch_kernel
make_initramfs
make_base
