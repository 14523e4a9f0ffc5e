package dev.coffer.cli.run;

import dev.coffer.agent.Host;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.cli.syntax.RunRequest;
import dev.coffer.cli.syntax.UsageException;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.NetworkSpec;
import dev.coffer.container.NetworkSpec.Attachment;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which network a container gets that asks for none in particular. */
final class NetworkChoice {
    private NetworkChoice() {}

    /**
     * The request in the default network, if there is one and no other was chosen.
     *
     * @throws UsageException if it publishes a port that no network could lead to it
     */
    static RunRequest apply(RunRequest request, HostConfig config) {
        RunRequest chosen = request.networkChosen() ? request : byDefault(request, config);
        IsolationSpec isolation = chosen.spec().isolation();
        if (isolation.network() != NetworkMode.CNI
                && !isolation.networks().published().isEmpty()) {
            throw new UsageException(List.of("cannot publish port "
                    + isolation.networks().published().get(0) + ": that needs a network; name one with --network"));
        }
        return chosen;
    }

    private static RunRequest byDefault(RunRequest request, HostConfig config) {
        IsolationSpec isolation = request.spec().isolation();
        Optional<String> network = Host.defaultNetwork(config);
        if (network.isEmpty()) {
            return request;
        }
        NetworkSpec asked = isolation.networks();
        NetworkSpec networks = new NetworkSpec(
                List.of(new Attachment(network.get(), Map.of())), asked.published(), asked.dns(), asked.listening());
        return request.in(new IsolationSpec(
                NetworkMode.CNI,
                isolation.hostname(),
                isolation.volumes(),
                networks,
                isolation.namespaces(),
                isolation.devices()));
    }
}
