package dev.coffer.cli.host;

import dev.coffer.agent.config.HostConfig;
import dev.coffer.cli.host.Finding.Level;
import dev.coffer.cli.syntax.Command;
import dev.coffer.cli.syntax.Console;
import dev.coffer.cli.syntax.HostOptions;
import dev.coffer.cli.syntax.Options;
import dev.coffer.cli.syntax.ParsedWords;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** {@code coffer doctor}: exits with 0 if containers can run. */
public final class DoctorCommand implements Command {
    @Override
    public String name() {
        return "doctor";
    }

    @Override
    public String summary() {
        return "Say what this host can and cannot do for containers, and what to change";
    }

    @Override
    public void describe(Options options) {
        // nothing but what every subcommand has
    }

    @Override
    public int run(ParsedWords words, Console console) {
        HostConfig config = HostOptions.of(words, console.surroundings());
        List<Finding> findings = new ArrayList<>(new KernelExamination().findings());
        findings.addAll(CgroupExamination.findings(config.cgroupsRoot()));
        findings.addAll(new DirectoryExamination(config).findings());
        findings.addAll(UserExamination.findings(config));
        findings.addAll(IsolatorExamination.findings(config));
        findings.addAll(NetworkExamination.findings(config));
        findings.addAll(VariableExamination.findings(
                words.flagCatalog(), console.surroundings().environment()));
        return print(findings, console.out());
    }

    static int print(List<Finding> findings, PrintStream out) {
        int broken = 0;
        int limited = 0;
        for (Finding finding : findings) {
            out.printf("%-8s %-22s %s%n", finding.level().word(), finding.what(), Console.oneLine(finding.detail()));
            broken += finding.level() == Level.BROKEN ? 1 : 0;
            limited += finding.level() == Level.LIMITED ? 1 : 0;
        }
        if (broken > 0) {
            out.println(
                    "containers cannot run here: " + broken + " of " + findings.size() + " findings are in the way");
            return 1;
        }
        out.println("containers can run here"
                + (limited > 0 ? "; limited in " + limited + (limited == 1 ? " way" : " ways") : ""));
        return 0;
    }
}
