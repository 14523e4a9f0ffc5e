package dev.coffer.isolators.namespace;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.flag.Flag;
import dev.coffer.flag.FlagValues;
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

    /** What is not set is valid, and not looked at before a container asks: most never do. */
    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        FlagValues flags = setting.flags();
        if (flags.isSet(UserNamespaceFlags.RANGE) || flags.isSet(UserNamespaceFlags.SIZE)) {
            checkRoomForOne(flags.get(UserNamespaceFlags.RANGE), flags.get(UserNamespaceFlags.SIZE));
        }
        return List.of(new UserNamespaceIsolator(setting, host));
    }

    private static void checkRoomForOne(List<NumberRange> ranges, long size) {
        if (ranges.get(0).size() < size) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot use --" + UserNamespaceFlags.RANGE.name() + " " + ranges + ": the first range has "
                            + ranges.get(0).size() + " ids, fewer than the " + size + " of one container; give more, or"
                            + " lower --" + UserNamespaceFlags.SIZE.name());
        }
    }

    /** Who on the host has ids that containers are to get, and what to do; empty if nobody. */
    public static Optional<String> conflict(FlagValues flags, HostFacts host) {
        List<NumberRange> ranges = flags.get(UserNamespaceFlags.RANGE);
        return new HostAccounts(host)
                .conflict(ranges)
                .map(other -> "--" + UserNamespaceFlags.RANGE.name() + " " + ranges + " cannot be given to containers: "
                        + other + "; choose a range that nobody has");
    }
}
