package dev.coffer.cli.host;

import dev.coffer.agent.Host;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.container.ContainerException.IsolationException;
import java.util.ArrayList;
import java.util.List;

/** Looks at the networks of containers that run, through the plugins that made them. */
final class NetworkExamination {
    private NetworkExamination() {}

    static List<Finding> findings(HostConfig config) {
        List<Finding> findings = new ArrayList<>();
        try {
            Host.checkNetworks(config).forEach((id, problem) -> {
                String what = "network of " + id;
                findings.add(problem.isEmpty() ? Finding.ok(what, "as it was made") : Finding.limited(what, problem));
            });
        } catch (IsolationException e) {
            findings.add(Finding.limited("networks", String.valueOf(e.getMessage())));
        }
        return findings;
    }
}
