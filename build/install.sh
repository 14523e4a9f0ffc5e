#!/usr/bin/env bash
# Makes the installed form of Coffer: bin/coffer, lib/coffer.jar, JNA's library unpacked, and a class-data archive, which is
# most of what makes a JVM start quickly. Nothing is done twice for the same jars.
# Arguments: the directory to make, the agent's jar, the file with the class path of what the agent depends on.
# build/training.txt holds command lines that are run once to learn which classes a start needs. They keep to directories
# and a cgroup of their own, which are removed; where they may not run containers, the archive holds fewer classes.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
mkdir -p "$1/lib" "$1/bin"
home=$(cd "$1" && pwd -P)
java=$(readlink -f "$(command -v "${JAVA_HOME:+$JAVA_HOME/bin/}java")")
jar=${java%/java}/jar
IFS=: read -r -a jars <<< "$2:$(cat "$3")"

class_path() { echo "$home/lib/coffer.jar"; }

# What the archive is made from; the JVM itself compares size and time of each jar.
inputs() {
    echo "$home $java"
    stat -L -c '%n %s %Y' "${jars[@]}" "$java" "$here/install.sh" "$here/training.txt" "$here/busybox-image.sh"
}

# All of it in one jar, unpacked: a JVM that looks for a service opens every jar of the class path, and one that starts
# from an archive looks at each. What jars say of themselves goes to a directory of each one's own.
merge_jars() {
    local file name tree=$scratch/jar
    rm -rf "${home:?}/lib"
    mkdir -p "$home/lib/native" "$tree"
    for file in "${jars[@]}"; do
        name=${file##*/}
        mkdir "$scratch/one"
        (cd "$scratch/one" && "$jar" xf "$file")
        if [ -d "$scratch/one/META-INF/services" ]; then
            mkdir -p "$tree/META-INF/services"
            append_services "$scratch/one/META-INF/services" "$tree/META-INF/services"
        fi
        mkdir -p "$tree/META-INF/about"
        rm -rf "$scratch/one/META-INF/services" "$scratch/one/META-INF/MANIFEST.MF" "$scratch/one/META-INF/versions" \
            "$scratch/one/META-INF/maven"
        find "$scratch/one" -name module-info.class -delete
        [ ! -d "$scratch/one/META-INF" ] || mv "$scratch/one/META-INF" "$tree/META-INF/about/${name%.jar}"
        cp -R "$scratch/one/." "$tree/"
        rm -r "$scratch/one"
    done
    find "$tree/com/sun/jna" -name '*jnidispatch*' -delete
    (cd "$tree" && "$jar" cf0m "$home/lib/coffer.jar" <(manifest) .)
}

append_services() {
    local service
    for service in "$1"/*; do
        { cat "$service"; echo; } >> "$2/${service##*/}"
    done
}

manifest() {
    local version=${jars[0]##*/coffer-agent-}
    printf 'Implementation-Title: coffer\nImplementation-Version: %s\n' "${version%.jar}"
}

unpack_jna() {
    local arch=linux-x86-64
    [ "$(uname -m)" != aarch64 ] || arch=linux-aarch64
    cd "$home/lib/native"
    "$jar" xf "$(printf '%s\n' "${jars[@]}" | grep '/jna-[0-9]')" "com/sun/jna/$arch/libjnidispatch.so"
    mv "com/sun/jna/$arch/libjnidispatch.so" .
    rm -r com
    cd "$OLDPWD"
}

# Where the system keeps libraries; JNA would run ldconfig at every start to learn it.
library_path() {
    printf '/usr/lib/%s-linux-gnu:/lib/%s-linux-gnu:/usr/lib64:/lib64:/usr/lib:/lib' "$(uname -m)" "$(uname -m)"
}

# Relocating the archive to a random address costs milliseconds on every start.
options() {
    echo "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -XX:+UnlockDiagnosticVMOptions" \
        "-XX:ArchiveRelocationMode=0 -Xlog:disable -Xlog:all=error:stderr" \
        "-Djna.boot.library.path=$home/lib/native -Djna.nounpack=true -Djna.nosys=true" \
        "-Djna.platform.library.path=$(library_path) -Dcoffer.home=$home"
}

# Prints the class list of one command line.
train() {
    # shellcheck disable=SC2046,SC2086 # options and training lines are words
    COFFER_WORK_DIR=$scratch/work COFFER_RUNTIME_DIR=$scratch/run COFFER_DOCKER_STORE_DIR='' \
        COFFER_CGROUPS_ROOT=$cgroup timeout 60 \
        "$java" $(options) -Xshare:off -XX:DumpLoadedClassList="$scratch/list" -cp "$(class_path)" \
        dev.coffer.cli.Main ${1//IMAGE/$scratch/image} > /dev/null 2>&1 < /dev/null || true
    [ ! -e "$scratch/list" ] || cat "$scratch/list"
}

# Every class of ours, and of the JDK and the libraries those that the training lines load.
class_list() {
    local line
    mkdir -p "$scratch/work"
    [ "$(id -u)" != 0 ] || "$here/busybox-image.sh" "$scratch/image" || true
    while read -r line; do
        train "$line"
    done < "$here/training.txt"
    "$jar" tf "$home/lib/coffer.jar" | sed -n '/package-info/d; s/\.class$//p' | grep '^dev/coffer/'
}

forget_training() {
    find /sys/fs/cgroup -maxdepth 2 -type d -name "$cgroup" -exec rmdir {} + 2> /dev/null || true
    rm -rf "$scratch"
}

# Heap objects go into an archive only under G1; the collector that reads them may be another.
dump_archive() {
    class_list | grep -v '^#' | awk '!seen[$0]++' > "$home/classes.lst"
    "$java" -Xshare:dump -XX:SharedClassListFile="$home/classes.lst" -XX:SharedArchiveFile="$home/coffer.jsa" \
        -XX:+UseG1GC -Xlog:disable -Xlog:all=error:stderr -cp "$(class_path)"
}

# The archive is bound to the very words of the class path, so the launcher holds them as they were.
write_launcher() {
    cat > "$home/bin/coffer" << END
#!/bin/sh
exec $java -Xshare:auto -XX:SharedArchiveFile=$home/coffer.jsa $(options) \\
    -cp $(class_path) dev.coffer.cli.Main "\$@"
END
    chmod 755 "$home/bin/coffer"
}

[ ! -e "$home/inputs" ] || [ "$(inputs)" != "$(cat "$home/inputs")" ] || exit 0
rm -f "$home/inputs" "$home/coffer.jsa"
scratch=$(mktemp -d)
cgroup=coffer-build-$$
trap forget_training EXIT
merge_jars
unpack_jna
dump_archive
write_launcher
inputs > "$home/inputs"
