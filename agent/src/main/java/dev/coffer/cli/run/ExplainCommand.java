package dev.coffer.cli.run;

import dev.coffer.agent.Host;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.cli.syntax.Command;
import dev.coffer.cli.syntax.Console;
import dev.coffer.cli.syntax.HostFacts;
import dev.coffer.cli.syntax.HostOptions;
import dev.coffer.cli.syntax.Options;
import dev.coffer.cli.syntax.ParsedWords;
import dev.coffer.cli.syntax.RunOptions;
import dev.coffer.cli.syntax.RunReader;
import dev.coffer.cli.syntax.RunRequest;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Resources;
import dev.coffer.isolation.LaunchPlan;
import dev.coffer.isolation.LaunchStepText;
import dev.coffer.isolation.Namespace;
import java.io.PrintStream;
import java.util.Locale;
import java.util.TreeSet;

/** {@code coffer explain}. */
public final class ExplainCommand implements Command {
    @Override
    public String name() {
        return "explain";
    }

    @Override
    public String summary() {
        return "Show what run would do with the same words, step by step, and run nothing";
    }

    @Override
    public void describe(Options options) {
        RunOptions.addTo(options);
    }

    @Override
    public int run(ParsedWords words, Console console) {
        RunRequest asked = RunReader.read(words, HostFacts.ofThisHost(console.surroundings()));
        HostConfig config = HostOptions.of(words, console.surroundings());
        ContainerSpec spec = NetworkChoice.apply(asked, config).spec();
        print(spec, Host.explain(config, spec), console.out());
        return 0;
    }

    private static void print(ContainerSpec spec, LaunchPlan plan, PrintStream out) {
        out.println("container:  " + spec.id());
        out.println("image:      " + spec.image().orElse("none; a read-only view of this host's files"));
        out.println("namespaces: own " + namespaces(plan));
        out.println("limits:     " + limits(spec.resources().effective()));
        out.println("pid 1:      " + (plan.init() ? "coffer's init, the task below it" : "the task itself"));
        out.println("root:       " + plan.root() + ", seen by the container alone");
        out.println("steps:");
        int number = 0;
        for (var step : plan.steps()) {
            number++;
            String text = LaunchStepText.describe(step);
            out.println(" ".repeat(number < 10 ? 3 : 2) + number + "  " + text);
        }
    }

    private static String namespaces(LaunchPlan plan) {
        StringBuilder names = new StringBuilder();
        for (Namespace namespace : new TreeSet<>(plan.namespaces())) {
            names.append(names.isEmpty() ? "" : ", ").append(namespace.name().toLowerCase(Locale.ROOT));
        }
        return names.toString();
    }

    private static String limits(Resources limits) {
        return "cpus " + (limits.cpus().isPresent() ? limits.cpus().getAsDouble() : "all")
                + ", memory "
                + (limits.memoryBytes().isPresent() ? limits.memoryBytes().getAsLong() + " bytes" : "all")
                + ", pids "
                + (limits.pids().isPresent() ? limits.pids().getAsLong() : "all");
    }
}
