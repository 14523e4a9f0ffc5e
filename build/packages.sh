# shellcheck shell=bash disable=SC2034,SC2154 # assigned here or there, used in the scripts that source it
# Sourced by ./dev: what must be on the machine, as Debian's packages, and how to get it there.

# Each line: a program or file that shows it is there, and the package that brings it.
needed_to_run='
/usr/lib/jvm/java-17-openjdk-*/bin/javac openjdk-17-jdk-headless
mvn maven
make make
gcc gcc
/usr/include/stdio.h libc6-dev
musl-gcc musl-tools
/usr/include/linux/sched.h linux-libc-dev
nm binutils
busybox busybox-static
/usr/lib/*-linux-gnu/libseccomp.so.2 libseccomp2
/etc/ssl/certs/ca-certificates.crt ca-certificates
pgrep procps
'
needed_to_check='
aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
/usr/aarch64-linux-gnu/include/stdio.h libc6-dev-arm64-cross
qemu-aarch64-static qemu-user-static
qemu-system-x86_64 qemu-system-x86
cpio cpio
mke2fs e2fsprogs
/usr/sbin/apparmor_parser apparmor
mkfs.xfs xfsprogs
depmod kmod
docker-registry docker-registry
openssl openssl
skopeo skopeo
umoci umoci
openssl openssl
debootstrap debootstrap
crun crun
/usr/lib/cni/bridge containernetworking-plugins
iptables iptables
ip iproute2
nsenter util-linux
zstd zstd
shellcheck shellcheck
clang-format clang-format
file file
'

is_there() {
    case $1 in
        /*) compgen -G "$1" > /dev/null ;;
        *) command -v "$1" > /dev/null ;;
    esac
}

missing_packages() {
    local sign package
    while read -r sign package; do
        [ -z "$sign" ] || is_there "$sign" || echo "$package"
    done
}

# Puts on the machine what the list lacks. Only root can; anyone else is told what to ask for.
need() {
    local packages
    mapfile -t packages < <(missing_packages <<< "$1")
    [ ${#packages[@]} -gt 0 ] || return 0
    [ "$(id -u)" = 0 ] || die "cannot go on without these packages: ${packages[*]}; as root: apt-get install ${packages[*]}"
    command -v apt-get > /dev/null || die "cannot install ${packages[*]}: this system has no apt-get; install them by hand"
    say "installing ${packages[*]}"
    install_packages "${packages[@]}"
}

# A package that is only a tool here must not start its service: docker-registry would take port 5000.
install_packages() {
    local policy=/usr/sbin/policy-rc.d ours=
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' > "$policy"
        chmod 755 "$policy"
        ours=yes
    fi
    export DEBIAN_FRONTEND=noninteractive
    local done=0
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" > /dev/null || done=$?
    [ -z "$ours" ] || rm -f "$policy"
    [ "$done" = 0 ] || die "cannot install $*: apt-get ended with $done"
}
