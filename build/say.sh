# shellcheck shell=bash disable=SC2034,SC2154 # assigned here or there, used in the scripts that source it
# Sourced by ./dev and its parts: where things are, and how they speak.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=$root/.cache
PATH=$PATH:/usr/sbin:/sbin

say() { printf '%s\n' "dev: $*"; }
die() {
    printf '%s\n' "dev: $*" >&2
    exit 1
}
