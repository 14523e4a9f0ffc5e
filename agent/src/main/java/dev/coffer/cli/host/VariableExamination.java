package dev.coffer.cli.host;

import dev.coffer.agent.config.FlagCatalog;
import dev.coffer.agent.config.FlagReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Variables that somebody may believe to be flags. */
final class VariableExamination {
    private VariableExamination() {}

    static List<Finding> findings(FlagCatalog flags, Map<String, String> environment) {
        List<Finding> findings = new ArrayList<>();
        try {
            addUnknown(findings, flags, environment);
        } catch (IllegalArgumentException e) {
            findings.add(Finding.broken("modules_dir", String.valueOf(e.getMessage())));
        }
        return findings;
    }

    private static void addUnknown(List<Finding> findings, FlagCatalog flags, Map<String, String> environment) {
        FlagReader.unknownVariables(flags, environment)
                .forEach((variable, meant) -> findings.add(Finding.limited(
                        variable,
                        "sets no flag"
                                + meant.map(name -> "; did you mean " + name + "?")
                                        .orElse("; unset it"))));
    }
}
