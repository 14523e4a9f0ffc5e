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
        options.values("HOST:DIR[:ro]", "Make a file or directory of the host visible at DIR.", "-v", "--volume");
        options.value("NAME", "Name of the container; random if not given.", "--name");
        options.flag("Remove its files and logs when it ends.", "--rm");
        options.flag("Pass standard input on.", "-i", "--interactive");
        options.flag("Give it a terminal.", "-t", "--tty");
        options.value("COMMAND", "Replace the image's entrypoint; '' clears it.", "--entrypoint");
        options.value("NAME", "Host name in the container; its name if not given.", "--hostname");
        options.values("CAPABILITY", "Grant one more capability, or ALL.", "--cap-add");
        options.values("CAPABILITY", "Take one away, or ALL.", "--cap-drop");
        options.values(
                "OPTION",
                "no-new-privileges=false, or a profile instead of the operator's: seccomp=NAME or seccomp=unconfined.",
                "--security-opt");
        options.value(
                "NUMBER", "How early the kernel kills it when memory is short, -1000 to 1000.", "--oom-score-adj");
        options.values("NAME=SOFT[:HARD]", "Limit a resource, such as nofile=1024:2048.", "--ulimit");
        options.negatable(
                "Run the task below a small init that reaps orphans (default), or as pid 1 itself.", "--init");
        options.flag("Say what is done and where files are kept.", "--verbose");
        options.form("[OPTION...] IMAGE [COMMAND [ARGUMENT...]]")
                .form("[OPTION...] --image IMAGE [--] [COMMAND [ARGUMENT...]]")
                .form("[OPTION...] -- COMMAND [ARGUMENT...]");
    }

    private static void addResources(Options options) {
        options.values(
                "KEY=VALUE,...",
                "type=bind|sandbox|image,source=S,target=DIR[,readonly][,propagation=rslave]: mount a host path, a"
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
