# shellcheck shell=bash disable=SC2034,SC2154 # assigned here or there, used in the scripts that source it
# Sourced by ./dev: Maven that goes to the network only for what the poms have not yet fetched.

# A JDK other than 17 may be the default one of the machine.
use_jdk_17() {
    local homes
    homes=$(compgen -G '/usr/lib/jvm/java-17-openjdk-*' || true)
    export JAVA_HOME=${homes%%$'\n'*}
    export PATH=$JAVA_HOME/bin:$PATH
}

# Names what has been fetched: the poms, and the repository they were fetched into.
fetched() {
    local repository=$HOME/.m2/repository
    { cat "$root"/pom.xml "$root"/*/pom.xml "$root"/*/*/pom.xml 2> /dev/null; stat -c %i "$repository" 2> /dev/null; } \
        | sha256sum | cut -c1-16
}

# maven <purpose> <arguments>: a purpose that once succeeded for these poms is run offline from then on.
maven() {
    local purpose=$1 offline=()
    shift
    use_jdk_17
    if [ -e "$cache/maven/$purpose-$(fetched)" ] || [ -e "$cache/maven/check-$(fetched)" ]; then
        offline=(-o)
    fi
    # even without colours the launcher of Debian's Maven ends its output with an escape sequence
    (cd "$root" && mvn -B -ntp -Dstyle.color=never "${offline[@]}" "$@") 2>&1 | sed -u 's/\x1b\[[0-9;]*m//g' || return
    mkdir -p "$cache/maven"
    touch "$cache/maven/$purpose-$(fetched)"
}
