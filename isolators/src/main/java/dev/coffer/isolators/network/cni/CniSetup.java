package dev.coffer.isolators.network.cni;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Fault;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.IsolatorSetting;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the operator has set about networks. Flags are read when a container needs them: most starts have none that does. */
record CniSetup(FlagValues flags, NetworkState state) {
    static final String NAME = "network/cni";

    static CniSetup of(IsolatorSetting setting) {
        Path perBoot = setting.stateDirectory(NAME);
        Path durable = setting.workDirectory().resolve("isolators").resolve(NAME);
        boolean persist = setting.flags().get(CniFlags.PERSIST);
        return new CniSetup(setting.flags(), new NetworkState(persist ? durable : perBoot, perBoot));
    }

    PluginChain chain() {
        List<Path> directories = flags.get(CniFlags.PLUGINS_DIR).orElse(List.of());
        return new PluginChain(new Plugins(directories, flags.get(CniFlags.TIMEOUT)));
    }

    /** The configured networks, of which this one is wanted. */
    NetworkConfigs configs(ContainerId id, String network) {
        return new NetworkConfigs(flags.get(CniFlags.CONFIG_DIR)
                .orElseThrow(() -> new IsolationException(
                        Fault.USER_SPEC,
                        "cannot attach container " + id + " to network '" + network
                                + "': no networks are configured; set --network_cni_config_dir and"
                                + " --network_cni_plugins_dir")));
    }

    Optional<DnsDefaults> dns() {
        return flags.get(CniFlags.DNS);
    }

    /** Whether to count what is sent and received. */
    boolean metrics() {
        return flags.get(CniFlags.METRICS);
    }
}
