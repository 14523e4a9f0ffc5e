#!/usr/bin/env bash
# Boots the VM, runs the kernel tests of every built module in it and leaves their results in
# integration-tests/target/vm/results.tsv. Fails if the guest did not come to an orderly end; whether the results
# are good is KernelReport's to say. Arguments: options for the guest's JVM (-Dname=value).
set -euo pipefail
cd "$(dirname "$0")/../.."
cache=$PWD/.cache/vm
out=$PWD/integration-tests/target/vm
limit=${COFFER_VM_TIMEOUT:-1200}

# The tests disk: classes, test classes and libraries, with a class path as the guest sees it.
make_tests_disk() {
    local tree=$out/tree classes module path=
    mkdir -p "$tree/lib"
    : > "$tree/roots"
    for classes in {,docs/examples/}*/target/{classes,test-classes}; do
        [ -d "$classes" ] || continue
        module=${classes%/target/*}
        module=${module##*/}
        mkdir -p "$tree/$module"
        cp -r "$classes" "$tree/$module/"
        path+=/tests/$module/${classes##*/}:
        [ "${classes##*/}" = classes ] || printf '%s ' "/tests/$module/test-classes" >> "$tree/roots"
    done
    cp integration-tests/target/test-lib/*.jar "$tree/lib/"
    cp -r native-shim/target/shim "$tree/native-shim/"
    printf '%s/tests/lib/*' "$path" > "$tree/classpath"
    printf '%s ' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx1g -Dcoffer.kernel=vm -Dcoffer.results=/dev/ttyS1 \
        -Dcoffer.shim.directory=/tests/native-shim/shim -Dcoffer.command=/tests/coffer "$@" > "$tree/options"
    printf '#!/bin/sh\nexec /jdk/bin/java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "%s" dev.coffer.cli.Main "$@"\n' \
        "$(cat "$tree/classpath")" > "$tree/coffer"
    chmod 755 "$tree/coffer"
    truncate -s 256M "$out/tests.img"
    mke2fs -q -t ext4 -O ^has_journal -d "$tree" "$out/tests.img"
    rm -rf "$tree"
}

# KVM is not asked for: nested guests of some hosts die in it, and emulation needs no privilege at all.
boot() {
    timeout "$limit" qemu-system-x86_64 -M q35 -accel tcg,thread=multi -smp 2 -m 2048 \
        -display none -monitor none -no-reboot -nic none \
        -kernel "$cache/kernel/vmlinuz" -initrd "$cache/initramfs" \
        -append 'console=ttyS0 quiet panic=-1 psi=1 apparmor=1 security=apparmor' \
        -drive "file=$cache/base.img,if=virtio,format=raw,snapshot=on" \
        -drive "file=$out/tests.img,if=virtio,format=raw,readonly=on" \
        -serial "file:$out/console.log" -serial "file:$out/results.tsv"
}

fail() {
    echo "vm: $1; the end of $out/console.log:" >&2
    tail -n 40 "$out/console.log" >&2
    exit 1
}

rm -rf "$out"
mkdir -p "$out"
make_tests_disk "$@"
boot || fail "the guest was not done after $limit s"
rm -f "$out/tests.img"
exit_line=$(tr -d '\r' < "$out/results.tsv" | grep '^@exit ' || true)
[ -n "$exit_line" ] || fail "the guest ended before its tests did"
if [ "$exit_line" != "@exit 0" ]; then
    echo "vm: tests failed in the guest:"
    sed -n '/^  [A-Za-z]/,$p' "$out/console.log"
    exit 1
fi
