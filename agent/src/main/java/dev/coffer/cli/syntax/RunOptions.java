package dev.coffer.cli.syntax;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The options of {@code run} and {@code explain}: Coffer's own names, with docker's as aliases. */
public final class RunOptions {
    private RunOptions() {}

    /** Adds them all. */
    public static void addTo(CommandSpec spec) {
        value(
                spec,
                "REF",
                "Image: [HOST/]REPO[:TAG][@DIGEST], oci:DIR[:TAG], oci-archive:FILE or"
                        + " docker-archive:FILE[:REF]. Without one the task sees the host's files, read-only.",
                "--image");
        value(spec, "NUMBER", "Processors it may use at once, such as 0.5.", "--cpus");
        value(spec, "SIZE", "Memory it may use, such as 128MB; at least 32MB.", "-m", "--mem", "--memory");
        value(spec, "NUMBER", "Processes and threads that may exist at once.", "--pids", "--pids-limit");
        values(spec, "NAME=VALUE", "Set a variable; NAME alone passes ours on.", "-e", "--env");
        values(spec, "FILE", "Set the variables in FILE, one NAME=VALUE per line.", "--env-file");
        value(spec, "DIR", "Directory to start in, in the container.", "-w", "--workdir");
        value(spec, "USER[:GROUP]", "User to run as, by name or number.", "-u", "--user");
        value(
                spec,
                "none|host",
                "none: only an own loopback (default); host: the host's network.",
                "--network",
                "--net");
        values(spec, "HOST:DIR[:ro]", "Make a file or directory of the host visible at DIR.", "-v", "--volume");
        value(spec, "NAME", "Name of the container; random if not given.", "--name");
        flag(spec, "Remove its files and logs when it ends.", "--rm");
        flag(spec, "Pass standard input on.", "-i", "--interactive");
        flag(spec, "Give it a terminal.", "-t", "--tty");
        value(spec, "COMMAND", "Replace the image's entrypoint; '' clears it.", "--entrypoint");
        value(spec, "NAME", "Host name in the container; its name if not given.", "--hostname");
        values(spec, "CAPABILITY", "Grant one more capability, or ALL.", "--cap-add");
        values(spec, "CAPABILITY", "Take one away, or ALL.", "--cap-drop");
        values(spec, "OPTION", "no-new-privileges=false or seccomp=unconfined.", "--security-opt");
        values(spec, "NAME=SOFT[:HARD]", "Limit a resource, such as nofile=1024:2048.", "--ulimit");
        spec.addOption(OptionSpec.builder("--init")
                .negatable(true)
                .type(boolean.class)
                .description("Run the task below a small init that reaps orphans (default), or as pid 1 itself.")
                .build());
        flag(spec, "Say what is done and where files are kept.", "--verbose");
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("WORD")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("0..*")
                .hidden(true)
                .build());
        spec.usageMessage()
                .customSynopsis(
                        spec.name() + " [OPTION...] IMAGE [COMMAND [ARGUMENT...]]",
                        "       " + spec.name() + " [OPTION...] --image IMAGE [--] [COMMAND [ARGUMENT...]]",
                        "       " + spec.name() + " [OPTION...] -- COMMAND [ARGUMENT...]");
    }

    private static void value(CommandSpec spec, String label, String description, String... names) {
        spec.addOption(OptionSpec.builder(names)
                .paramLabel(label)
                .type(String.class)
                .arity("1")
                .description(description)
                .build());
    }

    private static void values(CommandSpec spec, String label, String description, String... names) {
        spec.addOption(OptionSpec.builder(names)
                .paramLabel(label)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .arity("1")
                .description(description)
                .build());
    }

    private static void flag(CommandSpec spec, String description, String... names) {
        spec.addOption(OptionSpec.builder(names)
                .type(boolean.class)
                .arity("0")
                .description(description)
                .build());
    }
}
