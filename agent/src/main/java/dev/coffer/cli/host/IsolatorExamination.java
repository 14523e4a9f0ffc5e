package dev.coffer.cli.host;

import dev.coffer.agent.Host;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.isolators.IsolatorSelection;
import java.util.ArrayList;
import java.util.List;

/** What {@code --isolation} comes to. */
final class IsolatorExamination {
    private IsolatorExamination() {}

    static List<Finding> findings(HostConfig config) {
        try {
            return findings(Host.isolators(config));
        } catch (IsolationException e) {
            return List.of(Finding.broken("isolation", String.valueOf(e.getMessage())));
        }
    }

    static List<Finding> findings(IsolatorSelection selection) {
        List<Finding> findings = new ArrayList<>();
        for (String problem : selection.problems()) {
            findings.add(Finding.broken("isolation", problem));
        }
        selection.leftOut().forEach((name, missing) -> findings.add(Finding.limited(name, missing)));
        if (selection.problems().isEmpty()) {
            findings.add(Finding.ok("isolation", String.join(", ", selection.names())));
        }
        return findings;
    }
}
