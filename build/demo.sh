#!/usr/bin/env bash
# What Coffer does, on an image made on the spot: each show prints what happens and checks it. Ends with status 1 if a
# show failed or anything is left on the host.
set -uo pipefail
# shellcheck source=build/say.sh
. "$(dirname "$0")/say.sh"

coffer=$root/agent/target/coffer/bin/coffer
limits=(--cpus 0.5 --mem 64MB --pids 32)
failed=()

[ "$(id -u)" = 0 ] || die "cannot run the demo: containers need root; use sudo ./dev demo"
[ -x "$coffer" ] || die "cannot run the demo: $coffer is not built; run ./dev build"
fast=/var/tmp
[ ! -d /dev/shm ] || fast=/dev/shm
scratch=$(mktemp -d "$fast/coffer-demo.XXXXXX")
export COFFER_WORK_DIR=$scratch/work COFFER_RUNTIME_DIR=$scratch/run COFFER_CGROUPS_ROOT=coffer-demo-$$
unset COFFER_DOCKER_STORE_DIR
image=oci:$scratch/image:demo

cleanup() {
    "$coffer" cleanup > /dev/null 2>&1
    find /sys/fs/cgroup -maxdepth 2 -type d -name "$COFFER_CGROUPS_ROOT" -exec rmdir {} + 2> /dev/null
    rm -rf "$scratch"
}
trap cleanup EXIT

bold() { if [ -t 1 ]; then printf '\033[1m%s\033[0m\n' "$*"; else printf '%s\n' "$*"; fi; }
show() {
    echo
    bold "== $*"
}
# Shows a command line as it would be typed.
typed() {
    local word line='$ coffer'
    for word in "$@"; do
        case $word in
            *[[:space:]\;]*) line+=" '$word'" ;;
            *) line+=" $word" ;;
        esac
    done
    printf '%s\n' "${line//$scratch\//}"
}

# check <what was to be seen> <command that is true if it was>
check() {
    local what=$1
    shift
    if "$@"; then
        echo "   ok: $what"
    else
        echo "   FAILED: $what"
        failed+=("$what")
    fi
}

# in_container <command...>: what it prints is shown and kept in $output, how it ends in $status
in_container() {
    typed run --rm "${limits[@]}" "$image" "$@"
    output=$("$coffer" run --rm "${limits[@]}" "$image" "$@" 2>&1)
    status=$?
    [ -z "$output" ] || printf '%s\n' "$output" | sed 's/^/   | /'
}

says() { grep -qE -- "$1" <<< "$output"; }
between() { [ "$1" -ge "$2" ] && [ "$1" -le "$3" ]; }

# Everything a container can leave on a host. Other containers may come and go meanwhile: only what names this demo's
# directories or cgroups, or runs as its launcher, is compared.
inventory() {
    echo "mounts: $(grep -cF "$scratch" /proc/self/mountinfo)"
    echo "cgroups: $(find /sys/fs/cgroup -mindepth 2 -type d -path "*/$COFFER_CGROUPS_ROOT/*" 2> /dev/null | wc -l)"
    echo "launchers: $(pgrep -c -P $$ -x coffer-shim)"
    echo "processes that see the demo's root: $(grep -lsF "$scratch" /proc/[0-9]*/mountinfo | wc -l)"
    echo "network namespaces: $(network_namespaces)"
    echo "records: $(find "$COFFER_RUNTIME_DIR/containers" "$COFFER_RUNTIME_DIR/owners" -mindepth 1 -name '*-*' 2> /dev/null | wc -l)"
    echo "sandboxes: $(find "$COFFER_WORK_DIR/sandboxes" -mindepth 1 -maxdepth 1 2> /dev/null | wc -l)"
    echo "loop devices: $(losetup -a 2> /dev/null | grep -cF "$scratch")"
}
network_namespaces() {
    local pid
    for pid in /proc/[0-9]*; do readlink "$pid/ns/net" 2> /dev/null; done | sort -u | wc -l
}

mkdir -p "$COFFER_WORK_DIR"
before=$(inventory)

show "an image, made of Debian's static busybox without a registry"
"$root/build/busybox-image.sh" "$scratch/image" || die "cannot make the image"
typed pull "$image"
"$coffer" pull "$image" 2>&1 | sed 's/^/   | /'
"$coffer" images | sed 's/^/   | /'
check "the image is in the store" grep -qF "$image" <("$coffer" images)

show "a container has a host name and processes of its own"
in_container sh -c 'hostname; ps -o pid,args'
check "it ended well" [ "$status" = 0 ]
check "its host name is not $(hostname)" [ "$(head -n 1 <<< "$output")" != "$(hostname)" ]
check "its first process is Coffer's init" says '^ +1 .*coffer'
check "it sees fewer than 6 processes, the host has $(find /proc -maxdepth 1 -name '[0-9]*' | wc -l)" \
    [ "$(grep -cE '^ +[0-9]' <<< "$output")" -lt 6 ]

show "a fork bomb stops at 32 processes"
# shellcheck disable=SC2016 # expanded in the container; nothing in it after the bomb may need a new process,
# and what the bomb has started stays to be counted
in_container sh -c '(while :; do sleep 9 & done) 2> /tmp/said
    set -- /proc/[0-9]*; echo "processes at once: $#"
    read -r said < /tmp/said; echo "the bomb said: $said"'
count=$(sed -n 's/.*at once: //p' <<< "$output")
check "there are ${count:-no} processes, at most 32" between "${count:-0}" 28 32
check "the kernel refused it more" says "can't fork"
check "the host still starts processes" /bin/true

show "200 MB do not fit into 64 MB"
in_container sh -c 'echo "allocating 200 MB"; exec dd if=/dev/zero of=/dev/null bs=200M count=1'
check "it was killed: status $status is 137" [ "$status" = 137 ]
check "the reason is the memory limit" says 'coffer: container .*: memory limit of 67108864 bytes exceeded'

show "a busy loop gets half a processor"
# shellcheck disable=SC2016 # expanded in the container
in_container sh -c 'read -r begin _ < /proc/uptime
    timeout 4 sh -c "while :; do :; done" 2> /dev/null
    read -r end _ < /proc/uptime
    times; echo "from $begin to $end"'
spent=$(sed -nE 's/^0m([0-9.]+)s 0m([0-9.]+)s$/\1 \2/p' <<< "$output" | awk '{ s += $1 + $2 } END { print s }')
percent=$(sed -nE 's/^from ([0-9.]+) to ([0-9.]+)$/\1 \2/p' <<< "$output" |
    awk -v spent="${spent:-0}" '{ printf "%d", 100 * spent / ($2 - $1) }')
least=40
if awk -v processors="$(nproc)" '{ exit !($1 > processors) }' /proc/loadavg; then
    echo "   | this host is busy with other things, so it may get less"
    least=10
fi
check "it used ${percent:-0} % of one processor" between "${percent:-0}" "$least" 60

show "nothing is left on the host"
# whoever else runs containers here may be busy with them just now
for _ in 1 2 3 4 5 6 7 8; do
    after=$(inventory)
    [ "$before" != "$after" ] || break
    sleep 0.5
done
paste -d '|' <(echo "$before") <(echo "$after") | awk -F'|' '{ sub(/^.*: /, "", $2); print "   | " $1 " before, " $2 " after" }'
check "the host is as before" [ "$before" = "$after" ]
check "coffer cleanup finds nothing" grep -qx 'nothing to remove' <("$coffer" cleanup)

echo
[ ${#failed[@]} -eq 0 ] || die "the demo failed: $(printf '%s; ' "${failed[@]}")"
bold "All of it was as it should be."
