package dev.coffer.isolators.security;

import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolators.host.HostFacts;
import java.util.List;

/** {@code posix/rlimits}. */
public final class RlimitsProvider implements IsolatorProvider {
    private final HostFacts host;

    public RlimitsProvider(HostFacts host) {
        this.host = host;
    }

    @Override
    public String name() {
        return RlimitsIsolator.NAME;
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        return List.of(new RlimitsIsolator(AgentCapabilities.parse(host.processStatus())));
    }
}
