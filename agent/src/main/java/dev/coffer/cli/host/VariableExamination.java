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
        FlagReader.unknownVariables(flags, environment)
                .forEach((variable, meant) -> findings.add(Finding.limited(
                        variable,
                        "sets no flag"
                                + meant.map(name -> "; did you mean " + name + "?")
                                        .orElse("; unset it"))));
        return findings;
    }
}
