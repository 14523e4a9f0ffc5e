#!/usr/bin/env bash
# Fuzzes every parser of untrusted input for a while: build/fuzz.sh <seconds for each> [part of a name]. What is found
# becomes a seed in src/test/resources, which every later run of the tests tries; the corpus grows in .cache/fuzz.
set -euo pipefail
# shellcheck source=build/say.sh
. "$(dirname "$0")/say.sh"
# shellcheck source=build/maven.sh
. "$root/build/maven.sh"
cd "$root"
seconds=$1
wanted=${2-}
failed=()

# Lines of: module, class, method.
targets() {
    local file class
    git ls-files -co --exclude-standard '*/src/test/java/*FuzzTest.java' | while read -r file; do
        class=${file#*/src/test/java/}
        class=${class%.java}
        awk -v module="${file%%/*}" -v class="${class//\//.}" '
            marked && match($0, /void [A-Za-z0-9]+\(/) {
                print module, class, substr($0, RSTART + 5, RLENGTH - 6)
                marked = 0
            }
            /@FuzzTest/ { marked = 1 }' "$file"
    done
}

# A finding ends the target; what it was is written next to the seeds.
fuzz() {
    local module=$1 class=$2 method=$3 corpus=$cache/fuzz/$2/$3 seeds
    seeds=$module/src/test/resources/${class//.//}Inputs/$method
    mkdir -p "$corpus" "$seeds"
    java -Xmx768m -cp "$(cat "$module/target/fuzz-classpath"):$module/target/classes:$module/target/test-classes" \
        com.code_intelligence.jazzer.Jazzer --target_class="$class" --target_method="$method" \
        --instrumentation_includes='dev.coffer.**' --custom_hook_includes='dev.coffer.**' \
        --reproducer_path="$cache/fuzz" -artifact_prefix="$seeds/" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
        "$corpus" "$seeds" > "$cache/fuzz/$class.$method.log" 2>&1
}

use_jdk_17
maven fuzz -q test-compile dependency:build-classpath -Dmdep.outputFile=target/fuzz-classpath
mkdir -p "$cache/fuzz"
while read -r module class method; do
    [[ $class#$method == *"$wanted"* ]] || continue
    if fuzz "$module" "$class" "$method" < /dev/null; then
        say "$class#$method: $(grep -aoE 'Done [0-9]+ runs.*' "$cache/fuzz/$class.$method.log" || echo ended)"
    else
        failed+=("$class#$method")
        say "$class#$method: FAILED, see $cache/fuzz/$class.$method.log"
        grep -am 3 -E '== Java Exception|^Caused by|ERROR: libFuzzer' "$cache/fuzz/$class.$method.log" || true
    fi
done < <(targets)
[ ${#failed[@]} -eq 0 ] || die "fuzzing found something in: ${failed[*]}"
