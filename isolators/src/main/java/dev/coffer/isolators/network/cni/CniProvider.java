package dev.coffer.isolators.network.cni;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Fault;
import dev.coffer.flag.Flag;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolators.host.HostFacts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code network/cni}. */
public final class CniProvider implements IsolatorProvider {
    private final HostFacts host;

    public CniProvider(HostFacts host) {
        this.host = host;
    }

    @Override
    public String name() {
        return CniSetup.NAME;
    }

    @Override
    public List<Flag<?>> flags() {
        return CniFlags.ALL;
    }

    @Override
    public Optional<String> missing(IsolatorSetting setting) {
        return host.hasNamespace("net")
                ? Optional.empty()
                : Optional.of("the kernel has no net namespaces; use one that is built with CONFIG_NET_NS");
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        check(setting.flags());
        CniSetup setup = CniSetup.of(setting);
        return List.of(new CniIsolator(setup), new NetworkFilesIsolator(setup.state()));
    }

    private static void check(FlagValues flags) {
        Optional<Path> configs = flags.get(CniFlags.CONFIG_DIR);
        Optional<List<Path>> plugins = flags.get(CniFlags.PLUGINS_DIR);
        if (configs.isPresent() != plugins.isPresent()) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot use " + (configs.isPresent() ? CniFlags.CONFIG_DIR : CniFlags.PLUGINS_DIR) + " without "
                            + (configs.isPresent() ? CniFlags.PLUGINS_DIR : CniFlags.CONFIG_DIR)
                            + ": networks need both; set the other too");
        }
        if (configs.isPresent() && plugins.isPresent()) {
            requireDirectory(CniFlags.CONFIG_DIR, configs.get());
            for (Path directory : plugins.get()) {
                requireDirectory(CniFlags.PLUGINS_DIR, directory);
            }
        }
    }

    private static void requireDirectory(Flag<?> flag, Path directory) {
        if (!Files.isDirectory(directory)) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot use " + flag + " '" + directory
                            + "': there is no such directory; create it or correct the flag");
        }
    }

    /**
     * Asks the plugins whether the networks of all containers are as they were left.
     *
     * @return what is wrong, by container; empty if nothing is
     */
    public static Map<ContainerId, String> check(IsolatorSetting setting) {
        CniSetup setup = CniSetup.of(setting);
        Map<ContainerId, String> found = new LinkedHashMap<>();
        for (ContainerId id : new CniIsolator(setup).discover()) {
            try {
                new ContainerNetwork(setup, id).check();
                found.put(id, "");
            } catch (IsolationException e) {
                found.put(id, String.valueOf(e.getMessage()));
            }
        }
        return found;
    }

    /**
     * The network of containers that name none; empty if none is configured.
     *
     * @throws IsolationException if the directory of networks cannot be read
     */
    public static Optional<String> defaultNetwork(FlagValues flags) {
        Optional<Path> configs = flags.get(CniFlags.CONFIG_DIR);
        if (configs.isEmpty() || flags.get(CniFlags.DEFAULT_NETWORK).isPresent()) {
            return configs.isEmpty() ? Optional.empty() : flags.get(CniFlags.DEFAULT_NETWORK);
        }
        return new NetworkConfigs(configs.get()).first();
    }
}
