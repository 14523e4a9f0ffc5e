#!/usr/bin/env bash
# An image that Coffer did not make: Debian's own minimal system by debootstrap, packed by umoci, as an OCI layout under
# .cache/debian. Made once; the tests push it to a registry of their own.
set -euo pipefail
# shellcheck source=build/say.sh
. "$(dirname "$0")/say.sh"
suite=bookworm
layout=$cache/debian/oci
[ ! -f "$layout/index.json" ] || exit 0

# shellcheck disable=SC2016 # apt expands it
mirror=$(apt-get indextargets --format '$(REPO_URI)' | head -n 1)
[ -n "$mirror" ] || die "cannot find a Debian mirror: apt has no package lists; run apt-get update"
mkdir -p "$cache/debian"
# A tmpfs: the tree has thousands of small files, and only the packed image is kept.
work=$(mktemp -d /dev/shm/coffer-debian.XXXXXX)
trap 'rm -rf "$work"' EXIT
say "making a Debian $suite image (once; about two minutes)"
debootstrap --variant=minbase "$suite" "$work/root" "$mirror" > "$cache/debian/debootstrap.log" 2>&1 ||
    die "cannot make a Debian system: debootstrap failed; see $cache/debian/debootstrap.log"
rm -rf "$work/root/var/cache/apt/archives" "$work/root/var/lib/apt/lists"
mkdir -p "$work/root/var/cache/apt/archives/partial" "$work/root/var/lib/apt/lists/partial"
umoci init --layout "$work/oci"
umoci new --image "$work/oci:$suite"
umoci insert --image "$work/oci:$suite" "$work/root" / > /dev/null
umoci config --image "$work/oci:$suite" --config.cmd /bin/bash \
    --config.env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin --config.env DEBIAN_FRONTEND=noninteractive
umoci gc --layout "$work/oci"
rm -rf "$layout"
mv "$work/oci" "$layout.new"
mv "$layout.new" "$layout"
