package dev.coffer.isolators.security;

import dev.coffer.flag.Flag;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolators.host.HostFacts;
import java.util.List;

/**
 * {@code linux/capabilities}. Has no isolator of its own: the sets are part of the identity step, because the kernel
 * changes them when the user changes, and of what the filter allows. See {@link CapabilityPolicy#of}.
 */
public final class CapabilitiesProvider implements IsolatorProvider {
    private final HostFacts host;

    public CapabilitiesProvider(HostFacts host) {
        this.host = host;
    }

    @Override
    public String name() {
        return CapabilityPolicy.NAME;
    }

    @Override
    public List<Flag<?>> flags() {
        return CapabilityFlags.ALL;
    }

    /** Checks the flags, whoever else is chosen. */
    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        CapabilityPolicy unused = CapabilityPolicy.of(setting, host);
        return List.of();
    }
}
