#!/usr/bin/env bash
# Prints the table of test suites of the last run, slowest first, from the reports that Maven left.
set -euo pipefail
cd "$(dirname "$0")/.."
shopt -s nullglob
reports=(*/target/surefire-reports/TEST-*.xml */*/target/surefire-reports/TEST-*.xml
    */target/failsafe-reports/TEST-*.xml */*/target/failsafe-reports/TEST-*.xml)
[ ${#reports[@]} -gt 0 ] || exit 0

printf '%-9s %-20s %-60s %6s %9s\n' kind module suite tests seconds
awk '
    function attribute(name) {
        return match($0, " " name "=\"[^\"]*\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : ""
    }
    /<testsuite / || pending {
        text = pending $0
        if (text !~ />/) { pending = text " "; next }
        pending = ""
        $0 = text
        split(FILENAME, path, "/")
        name = attribute("name")
        kind = FILENAME ~ /surefire/ ? "unit" : name ~ /KernelIT$/ ? "kernel" : "story"
        printf "%-9s %-20s %-60s %6d %9.1f\n", kind, path[1], name, attribute("tests"), attribute("time")
    }' "${reports[@]}" | sort -k5,5nr -k3,3
