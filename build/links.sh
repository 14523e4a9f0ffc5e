#!/usr/bin/env bash
# Every relative link in a Markdown file leads to something that is there, every anchor to a heading, and a link with the
# text Class.method to a Java file that has such a method. Reads no code blocks: what stands there is an example.
set -euo pipefail
cd "$(dirname "$0")/.."
bad=0

# The links of a file, one target per line; what stands in backquotes is no link.
links() {
    # shellcheck disable=SC2016 # backquotes are meant
    awk '/^ *```/ { code = !code; next } !code' "$1" | sed 's/`[^`]*`//g' | grep -oE '\]\([^)[:space:]]+' | cut -c3- || true
}

# The headings of a file as anchors.
anchors() {
    sed -nE 's/^#+ +//p' "$1" | tr '[:upper:]' '[:lower:]' | sed -E 's/[^a-z0-9 _-]//g; s/ /-/g'
}

# Class.method and the file it is said to be in, tab between them.
methods() {
    grep -oE '\[[A-Za-z]+\.[A-Za-z0-9]+\]\([^)[:space:]]+\.java\)' "$1" | sed -E 's/\[([^]]*)\]\(([^)]*)\)/\1\t\2/' || true
}

while read -r page; do
    while IFS=$'\t' read -r method file; do
        if ! grep -qw -- "${method#*.}" "$(dirname "$page")/$file"; then
            echo "links: $page: $file has no $method"
            bad=1
        fi
    done < <(methods "$page")
    while read -r link; do
        case $link in
            '' | http://* | https://* | mailto:*) continue ;;
        esac
        file=${link%%#*}
        target=$page
        [ -z "$file" ] || target=$(dirname "$page")/$file
        if [ ! -e "$target" ]; then
            echo "links: $page: $link leads nowhere"
            bad=1
        elif [[ $link == *'#'* && $target == *.md ]] && ! anchors "$target" | grep -qxF -- "${link#*#}"; then
            echo "links: $page: no heading of $target is #${link#*#}"
            bad=1
        fi
    done < <(links "$page")
done < <(git ls-files -co --exclude-standard '*.md')
exit $bad
