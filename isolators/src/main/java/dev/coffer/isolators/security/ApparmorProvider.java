package dev.coffer.isolators.security;

import dev.coffer.flag.Flag;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolators.host.HostFacts;
import java.util.List;
import java.util.Optional;

/** {@code linux/apparmor}. */
public final class ApparmorProvider implements IsolatorProvider {
    private final HostFacts host;

    public ApparmorProvider(HostFacts host) {
        this.host = host;
    }

    @Override
    public String name() {
        return ApparmorIsolator.NAME;
    }

    @Override
    public List<Flag<?>> flags() {
        return ApparmorFlags.ALL;
    }

    @Override
    public Optional<String> missing(IsolatorSetting setting) {
        if (!host.exists("/sys/module/apparmor")) {
            return Optional.of(
                    "the kernel has no AppArmor, or did not start it; boot with apparmor=1 security=apparmor");
        }
        return host.exists(LoadedProfiles.FILE)
                ? Optional.empty()
                : Optional.of("the loaded AppArmor profiles cannot be seen; mount securityfs at /sys/kernel/security");
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        LoadedProfiles loaded = new LoadedProfiles(host.path(LoadedProfiles.FILE));
        Optional<String> unasked = setting.flags().get(ApparmorFlags.PROFILE);
        return List.of(new ApparmorIsolator(loaded, unasked));
    }
}
