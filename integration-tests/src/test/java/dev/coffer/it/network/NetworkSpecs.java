package dev.coffer.it.network;

import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.NetworkSpec;
import dev.coffer.container.NetworkSpec.Attachment;
import dev.coffer.container.NetworkSpec.Dns;
import dev.coffer.container.PortMapping;
import dev.coffer.container.PortMapping.Protocol;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.SecuritySpec.SeccompMode;
import dev.coffer.it.support.Specs;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Specs of containers in a network. */
final class NetworkSpecs {
    private NetworkSpecs() {}

    static ContainerSpec in(NetworkSpec networks, ContainerId id, Optional<String> image, String script) {
        IsolationSpec isolation = new IsolationSpec(NetworkMode.CNI, Optional.empty(), List.of(), networks);
        SecuritySpec security =
                new SecuritySpec(Optional.of(Set.of("NET_RAW")), true, SeccompMode.DEFAULT_PROFILE, Map.of());
        return Specs.with(Specs.with(Specs.script(id, image, script), isolation), security);
    }

    /** Its port 8080 is the host's {@code port}. */
    static ContainerSpec published(ContainerId id, Optional<String> image, int port, String script) {
        NetworkSpec networks = new NetworkSpec(
                List.of(new Attachment(TestNetwork.NAME, Map.of())),
                List.of(new PortMapping(Optional.empty(), port, 8080, Protocol.TCP)),
                Dns.NONE,
                List.of());
        return in(networks, id, image, script);
    }

    static ContainerSpec removed(ContainerSpec spec) {
        return Specs.removed(spec);
    }
}
