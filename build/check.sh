#!/usr/bin/env bash
# ./dev check, once everything it needs is installed: each gate is a step, each step is timed, a failing step does not
# hide the ones after it. Options of the VM's timeout: COFFER_VM_TIMEOUT (seconds).
set -euo pipefail
# shellcheck source=build/say.sh
. "$(dirname "$0")/say.sh"
# shellcheck source=build/maven.sh
. "$root/build/maven.sh"
cd "$root"
limit_seconds=1500
steps=()
failed=()

# step <name> <command...>
step() {
    local name=$1 begun=$SECONDS verdict=ok
    shift
    say "== $name"
    "$@" || { verdict=FAILED; failed+=("$name"); }
    steps+=("$(printf '%-44s %8d s  %s' "$name" $((SECONDS - begun)) $verdict)")
}


scripts() {
    git ls-files -co --exclude-standard | while read -r file; do
        if [[ $file == *.sh ]] || head -n 1 "$file" | grep -qaE '^#!.*\b(ba)?sh\b'; then echo "$file"; fi
    done | xargs shellcheck -x
}

# An exception from a rule stands below the comment that gives its reason.
suppressions() {
    awk '/<suppress / && before !~ /-->[ \t]*$/ { print FILENAME ":" FNR ": a suppression without a reason above it"; bad = 1 }
        { before = $0 } END { exit bad }' build/checkstyle-suppressions.xml
}

# The whole log is kept; what passes by is one line per module and suite, and whatever is wrong.
maven_verify() {
    mkdir -p target
    rm -rf ./*/target/kernel-results.tsv ./*/target/{surefire,failsafe}-reports
    maven check verify -fae 2>&1 | tee target/check-maven.log |
        grep --line-buffered -E '^\[(ERROR|WARNING)\] |Building Coffer|Tests run:.*Time elapsed|BUILD '
}

launcher() {
    make -s -C native-shim/src/main/c aarch64 check-aarch64 check-asan check-release
}

vm() {
    build/vm/prepare.sh && build/vm/run.sh -Dcoffer.depth=check
}

kernel_report() {
    local roots results
    roots=(./*/target/test-classes)
    mapfile -t results < <(compgen -G '*/target/kernel-results.tsv'; compgen -G 'integration-tests/target/vm/results.tsv')
    java -cp "$(printf '%s:' ./*/target/classes "${roots[@]}")integration-tests/target/test-lib/*" \
        dev.coffer.testing.KernelReport "${roots[@]}" -- "${results[@]}"
}

use_jdk_17
step scripts scripts
step suppressions suppressions
step links build/links.sh
step c-gates build/c-gates.sh
step maven-verify maven_verify
step launcher launcher
if [ -d integration-tests/target/test-lib ]; then
    step kernel-tests-in-vm vm
    step kernel-report kernel_report
else
    failed+=(kernel-tests-in-vm)
fi

echo
build/suites.sh
echo
printf '%s\n' "${steps[@]}"
say "all steps: $((SECONDS / 60)) min $((SECONDS % 60)) s"
[ $SECONDS -le $limit_seconds ] || failed+=("time: more than $((limit_seconds / 60)) minutes")
[ ${#failed[@]} -eq 0 ] || die "check failed: ${failed[*]}"
say "check passed"
