package dev.coffer.isolators.network.ports;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.flag.Flag;
import dev.coffer.flag.FlagValues;
import dev.coffer.flag.NumberRange;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolators.cgroup.CgroupFlags;
import dev.coffer.isolators.host.HostFacts;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code network/ports}. Containers are told apart by their cgroups, so it needs some. */
public final class PortsProvider implements IsolatorProvider {
    private static final Path PROC = Path.of("/proc");

    private final HostFacts host;

    public PortsProvider(HostFacts host) {
        this.host = host;
    }

    @Override
    public String name() {
        return PortsIsolator.NAME;
    }

    @Override
    public List<Flag<?>> flags() {
        return PortsFlags.ALL;
    }

    @Override
    public Optional<String> missing(IsolatorSetting setting) {
        if (!host.exists("/proc/net/tcp")) {
            return Optional.of(
                    "the kernel has no /proc/net/tcp; use one that is built with CONFIG_PROC_FS and" + " CONFIG_INET");
        }
        for (String isolator : setting.isolators()) {
            if (isolator.startsWith("cgroups/")) {
                return Optional.empty();
            }
        }
        return Optional.of(
                "no cgroups/ isolator is chosen, by whose cgroups processes are known; add one to" + " --isolation");
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        FlagValues flags = setting.flags();
        ProcessTable table = new ProcessTable(PROC, flags.get(CgroupFlags.ROOT));
        List<OpenPort.Protocol> protocols = flags.get(PortsFlags.UDP)
                ? List.of(OpenPort.Protocol.TCP, OpenPort.Protocol.UDP)
                : List.of(OpenPort.Protocol.TCP);
        PortsWatch watch = new PortsWatch(
                table, rules(flags), protocols, flags.get(PortsFlags.INTERVAL), flags.get(PortsFlags.ENFORCE));
        return List.of(new PortsIsolator(setting.stateDirectory(name()), watch));
    }

    private static PortRules rules(FlagValues flags) {
        Optional<List<NumberRange>> isolated = flags.get(PortsFlags.ISOLATED_RANGE);
        if (!flags.get(PortsFlags.AGENT_RANGE_ONLY)) {
            return new PortRules(isolated);
        }
        if (isolated.isPresent()) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot use " + PortsFlags.AGENT_RANGE_ONLY + " with " + PortsFlags.ISOLATED_RANGE
                            + ": they say different things about which ports to look at; use one of them");
        }
        return new PortRules(Optional.of(flags.get(PortsFlags.AGENT_RANGE)));
    }
}
