package dev.coffer.cli.syntax;

/** The options of {@code run} and {@code explain}: Coffer's own names, with docker's as aliases. */
public final class RunOptions {
    private RunOptions() {}

    /** Adds them all. */
    public static void addTo(Options options) {
        options.value(
                "REF",
                "Image: [HOST/]REPO[:TAG][@DIGEST], oci:DIR[:TAG], oci-archive:FILE or"
                        + " docker-archive:FILE[:REF]. Without one the task sees the host's files, read-only.",
                "--image");
        options.value("NUMBER", "Processors it may use at once, such as 0.5.", "--cpus");
        options.value("SIZE", "Memory it may use, such as 128MB; at least 32MB.", "-m", "--memory", "--mem");
        options.value("NUMBER", "Processes and threads that may exist at once.", "--pids-limit", "--pids");
        options.values("NAME=VALUE", "Set a variable; NAME alone passes ours on.", "-e", "--env");
        options.values("FILE", "Set the variables in FILE, one NAME=VALUE per line.", "--env-file");
        options.value("DIR", "Directory to start in, in the container.", "-w", "--workdir");
        options.value("USER[:GROUP]", "User to run as, by name or number.", "-u", "--user");
        options.values(
                "NAME[:KEY=VALUE,...]|none|host",
                "Network to be in, any number of them; none: only an own loopback; host: the host's network."
                        + " The default network if one is configured, else none.",
                "--net",
                "--network");
        options.values(
                "[ADDRESS:]HOST:CONTAINER[/tcp|udp|sctp]",
                "Let a port of the host lead to one of the container; its network must map ports.",
                "-p",
                "--publish");
        options.values("ADDRESS", "Name server to ask first.", "--dns");
        options.value(
                "PORT[-PORT],...",
                "Ports it may listen on in the host's network, where isolator network/ports watches that.",
                "--ports");
        addResources(options);
        addTuning(options);
        options.values(
                "HOST:DIR[:ro][,idmap]",
                "Make a file or directory of the host visible at DIR; idmap: with --userns its files belong to the"
                        + " container's users.",
                "-v",
                "--volume");
        options.value("NAME", "Name of the container; random if not given.", "--name");
        options.flag("Remove its files and logs when it ends.", "--rm");
        options.flag("Pass standard input on.", "-i", "--interactive");
        options.flag("Give it a terminal.", "-t", "--tty");
        options.value("COMMAND", "Replace the image's entrypoint; '' clears it.", "--entrypoint");
        options.value("NAME", "Host name in the container; its name if not given.", "--hostname");
        addSecurity(options);
        options.negatable(
                "Run the task below a small init that reaps orphans (default), or as pid 1 itself.", "--init");
        options.flag("Say what is done and where files are kept.", "--verbose");
        options.form("[OPTION...] IMAGE [COMMAND [ARGUMENT...]]")
                .form("[OPTION...] --image IMAGE [--] [COMMAND [ARGUMENT...]]")
                .form("[OPTION...] -- COMMAND [ARGUMENT...]");
    }

    private static void addSecurity(Options options) {
        options.value(
                "auto[:size=NUMBER]|shared|host",
                "Whose its users are: auto: nobody else's, so that its root is nobody on the host; shared: those of all"
                        + " containers that share; host: the host's. As --userns_default says if not given.",
                "--userns");
        options.values(
                "boottime=DURATION|monotonic=DURATION",
                "Let a clock of the container be that much ahead of the host's, or behind with a '-'.",
                "--time-offset");
        options.values("CAPABILITY", "Grant one more capability, or ALL.", "--cap-add");
        options.values("CAPABILITY", "Take one away, or ALL.", "--cap-drop");
        options.values(
                "OPTION",
                "no-new-privileges=false, writable-cgroups=true, or a profile instead of the operator's: seccomp=NAME or"
                        + " apparmor=NAME, or unconfined.",
                "--security-opt");
        options.value(
                "NUMBER", "How early the kernel kills it when memory is short, -1000 to 1000.", "--oom-score-adj");
        options.values("NAME=SOFT[:HARD]", "Limit a resource, such as nofile=1024:2048.", "--ulimit");
    }

    /** Those of {@link TuningWords}, which is not loaded for a command line without them. */
    private static void addTuning(Options options) {
        options.value("NUMBER", "Processors it shall get when others want them too.", "--cpus-request");
        options.value("SHARES", "The same in shares, 1024 for each processor.", "-c", "--cpu-shares");
        options.value("MICROSECONDS", "What it may save up and use above --cpus, per 100 ms.", "--cpu-burst");
        options.flag("Run only when nothing else wants to.", "--cpu-idle");
        options.flag("Count as processors that are lent out, with a hundredth of the share.", "--cpus-revocable");
        options.value("NUMBER", "Processors that no other container may run on.", "--cpus-exclusive");
        options.value("LIST", "Processors it may run on, such as 0-2,5.", "--cpuset-cpus");
        options.value("LIST", "NUMA nodes whose memory it may use.", "--cpuset-mems");
        options.value(
                "SIZE", "Memory that is kept for it as long as possible.", "--mem-request", "--memory-reservation");
        options.value("SIZE", "Memory above which it is slowed down, not killed; cgroup v2.", "--memory-high");
        options.value("SIZE|-1", "Memory and swap together; -1 for any amount of swap.", "--memory-swap");
        options.flag("Kill all of it when its memory runs out, not only the worst process; cgroup v2.", "--oom-group");
        options.value(
                "WEIGHT", "Share of a busy block device, 1 to 10000, 100 by default.", "--io-weight", "--blkio-weight");
        options.values("DEVICE:SIZE", "Bytes it may read from a block device in a second.", "--device-read-bps");
        options.values("DEVICE:SIZE", "Bytes it may write to one in a second.", "--device-write-bps");
        options.values("DEVICE:NUMBER", "Reads of one in a second.", "--device-read-iops");
        options.values("DEVICE:NUMBER", "Writes to one in a second.", "--device-write-iops");
        options.values("RULE", "Let it use further devices, such as 'c 10:229 rwm'.", "--device-cgroup-rule");
        options.values("PAGE=SIZE", "Huge pages it may have, such as 2MB=64MB.", "--hugetlb");
        options.values("NAME=NUMBER", "Units it may have of a resource of the misc controller.", "--misc");
    }

    /** Whether an option is one of {@link TuningWords}, by the name that the program calls it by. */
    static boolean isTuning(String option) {
        return switch (option) {
            case "--cpus-request",
                    "--cpu-shares",
                    "--cpu-burst",
                    "--cpu-idle",
                    "--cpus-revocable",
                    "--cpus-exclusive",
                    "--cpuset-cpus",
                    "--cpuset-mems",
                    "--memory-reservation",
                    "--memory-high",
                    "--memory-swap",
                    "--oom-group",
                    "--blkio-weight",
                    "--device-read-bps",
                    "--device-write-bps",
                    "--device-read-iops",
                    "--device-write-iops",
                    "--device-cgroup-rule",
                    "--hugetlb",
                    "--misc" -> true;
            default -> false;
        };
    }

    private static void addResources(Options options) {
        options.values(
                "KEY=VALUE,...",
                "type=bind|sandbox|image,source=S,target=DIR[,readonly][,idmap][,propagation=rslave]: mount a host path, a"
                        + " directory of the sandbox or an image at DIR.",
                "--mount");
        options.value("SIZE", "Disk space it may use, such as 1GB; needs disk/du or a quota isolator.", "--disk");
        options.values(
                "HOST[:DEVICE][:rwm]", "Give it a device of the host; needs isolator linux/devices.", "--device");
        options.value("NUMBER", "GPUs to give it; needs isolator gpu/nvidia.", "--gpus");
        options.values(
                "KEY=VALUE,...",
                "source=NAME[,key=KEY]|file=FILE|variable=NAME,env=VARIABLE|target=PATH: give it a secret that a"
                        + " resolver knows, or that is in FILE or in a variable here, in a variable or in memory as a file.",
                "--secret");
    }
}
