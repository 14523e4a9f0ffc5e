#!/usr/bin/env bash
# Size of C files and functions, their layout, and that the launcher allocates nothing and runs no shell.
# A function is what stands between a '{' and a '}' in the first column: the layout makes it so.
set -euo pipefail
cd "$(dirname "$0")/.."
max_file=500
max_function=60
forbidden='malloc|calloc|realloc|free|strdup|asprintf|system|popen|strcpy|strcat|sprintf|gets'
failed=0

mapfile -t sources < <(git ls-files '*.c' '*.h')
[ ${#sources[@]} -gt 0 ] || exit 0

clang-format --dry-run -Werror "${sources[@]}" || { echo "c: not in the project's layout; ./dev fmt mends it"; failed=1; }

awk -v max_file=$max_file -v max_function=$max_function '
    function complain(text) { print "c: " text; bad = 1 }
    function close_file() { if (lines > max_file) complain(file " has " lines " lines, more than " max_file) }
    FNR == 1 { close_file(); file = FILENAME; before = "" }
    { lines = FNR }
    /^\{/ { opened = FNR; head = before }
    /^\}/ && opened {
        length_ = FNR - opened + 1
        if (length_ > max_function) complain(file ":" opened ": " length_ " lines in one function, more than " max_function ": " head)
        opened = 0
    }
    { before = $0 }
    END { close_file(); exit bad }' "${sources[@]}" || failed=1

objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT
for source in native-shim/src/main/c/*.c; do
    musl-gcc -std=c11 -Os -c -o "$objects/$(basename "$source" .c).o" "$source"
done
if nm -A -u "$objects"/*.o | grep -E " U ($forbidden)$" | sed "s|$objects/|c: forbidden in the launcher: |"; then
    failed=1
fi
exit $failed
