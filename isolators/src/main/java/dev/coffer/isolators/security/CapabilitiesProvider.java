package dev.coffer.isolators.security;

import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import java.util.List;

/**
 * {@code linux/capabilities}. Has no isolator of its own: the sets are part of the identity step, because the kernel
 * changes them when the user changes, and of what the filter allows. See {@link CapabilityPolicy#of}.
 */
public final class CapabilitiesProvider implements IsolatorProvider {
    @Override
    public String name() {
        return CapabilityPolicy.NAME;
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        return List.of();
    }
}
