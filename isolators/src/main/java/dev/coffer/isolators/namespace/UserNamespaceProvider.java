package dev.coffer.isolators.namespace;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.flag.Flag;
import dev.coffer.flag.NumberRange;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolators.host.HostFacts;
import java.util.List;
import java.util.Optional;

/** {@code namespaces/user}. */
public final class UserNamespaceProvider implements IsolatorProvider {
    private final HostFacts host;

    public UserNamespaceProvider(HostFacts host) {
        this.host = host;
    }

    @Override
    public String name() {
        return UserNamespaceIsolator.NAME;
    }

    @Override
    public List<Flag<?>> flags() {
        return UserNamespaceFlags.ALL;
    }

    @Override
    public Optional<String> missing(IsolatorSetting setting) {
        return host.hasNamespace("user")
                ? Optional.empty()
                : Optional.of("the kernel has no user namespaces; use one that is built with CONFIG_USER_NS");
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        List<NumberRange> ranges = setting.flags().get(UserNamespaceFlags.RANGE);
        long size = setting.flags().get(UserNamespaceFlags.SIZE);
        if (ranges.get(0).size() < size) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot use --" + UserNamespaceFlags.RANGE.name() + " " + ranges + ": the first range has "
                            + ranges.get(0).size() + " ids, fewer than the " + size + " of one container; give more, or"
                            + " lower --" + UserNamespaceFlags.SIZE.name());
        }
        return List.of(new UserNamespaceIsolator(
                new UserRanges(setting.stateDirectory(name()), ranges, size),
                setting.flags().get(UserNamespaceFlags.DEFAULT),
                new MappedOwners(setting.runtimeDirectory(), setting.sandboxes()),
                new HostAccounts(host)));
    }
}
