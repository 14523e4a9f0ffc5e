package dev.coffer.isolators.namespace;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Fault;
import dev.coffer.container.OptionalNamespaces.Mode;
import dev.coffer.container.OptionalNamespaces.Users;
import dev.coffer.isolation.AdaptsPlan;
import dev.coffer.isolation.ChoosesNamespaces;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.Namespace;
import dev.coffer.isolators.host.HostFacts;
import dev.coffer.isolators.namespace.UserRanges.Allotment;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives containers that ask for it users that are nobody on the host. What it owns there are the numbers themselves.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/user_namespaces.7.html">user_namespaces(7)</a>
 */
final class UserNamespaceIsolator implements HostIsolator, ChoosesNamespaces, AdaptsPlan {
    static final String NAME = "namespaces/user";

    private final IsolatorSetting setting;
    private final HostFacts host;
    private final Mode byFlag;
    private @Nullable Supply supply;

    /** What is needed once a container asks. */
    private record Supply(UserRanges ranges, MappedOwners owners, HostAccounts accounts) {}

    UserNamespaceIsolator(IsolatorSetting setting, HostFacts host) {
        this.setting = setting;
        this.host = host;
        this.byFlag =
                Mode.valueOf(setting.flags().get(UserNamespaceFlags.DEFAULT).toUpperCase(Locale.ROOT));
    }

    private synchronized Supply supply() {
        if (supply == null) {
            supply = new Supply(
                    new UserRanges(
                            setting.stateDirectory(NAME),
                            setting.flags().get(UserNamespaceFlags.RANGE),
                            setting.flags().get(UserNamespaceFlags.SIZE)),
                    new MappedOwners(setting.runtimeDirectory(), setting.sandboxes()),
                    new HostAccounts(host));
        }
        return supply;
    }

    private UserRanges ranges() {
        return supply().ranges();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<Namespace> namespaces(ContainerSpec spec) {
        return mode(spec) == Mode.HOST ? Set.of() : Set.of(Namespace.USER);
    }

    private Mode mode(ContainerSpec spec) {
        Mode asked = usersOf(spec).mode();
        return asked == Mode.BY_FLAG ? byFlag : asked;
    }

    private static Users usersOf(ContainerSpec spec) {
        return spec.isolation().namespaces().users();
    }

    private long countOf(ContainerSpec spec) {
        return usersOf(spec).count().orElse(ranges().size());
    }

    @Override
    public List<LaunchStep> adapt(ContainerSpec spec, List<LaunchStep> steps) {
        Mode mode = mode(spec);
        if (mode == Mode.HOST) {
            return steps;
        }
        String id = spec.id().value();
        try {
            Optional<Allotment> users = ranges().of(id);
            if (users.isEmpty()) { // nothing is made, only explained
                users = mode == Mode.SHARED ? Optional.of(ranges().shared(id)) : ranges().next(countOf(spec), id);
            }
            return supply().owners().adapt(spec, users.orElseThrow(() -> exhausted(spec)), steps);
        } catch (IOException e) {
            throw failed("read the user ranges of containers in " + ranges().directory(), e);
        }
    }

    @Override
    public HostResource resourceFor(ContainerId id) {
        return new Numbers(id);
    }

    @Override
    public Set<ContainerId> discover() {
        Set<ContainerId> ids = new HashSet<>();
        if (!Files.isDirectory(setting.stateDirectory(NAME))) {
            return ids;
        }
        try {
            ranges().taken().forEach(each -> ContainerId.find(each.container()).ifPresent(ids::add));
        } catch (IOException e) {
            throw failed("read the user ranges of containers in " + ranges().directory(), e);
        }
        return ids;
    }

    private IsolationException exhausted(ContainerSpec spec) {
        return new IsolationException(
                Fault.HOST_RESOURCES,
                "cannot give container " + spec.id() + " " + countOf(spec) + " users of its own: --"
                        + UserNamespaceFlags.RANGE.name() + " " + ranges().ranges()
                        + " has not so many left in a row; enlarge it, or let containers share with --userns shared");
    }

    private static IsolationException failed(String what, IOException cause) {
        return new IsolationException(Fault.HOST_SETUP, "cannot " + what + ": " + cause, cause);
    }

    private final class Numbers implements HostResource {
        private final ContainerId id;
        /** Whether this process launched it with the host's users: then there is nothing to look for. */
        private boolean hasNone;

        Numbers(ContainerId id) {
            this.id = id;
        }

        @Override
        public void create(ContainerSpec spec) {
            Mode mode = mode(spec);
            hasNone = mode == Mode.HOST;
            if (hasNone) {
                return;
            }
            supply().accounts().conflict(ranges().ranges()).ifPresent(other -> {
                throw new IsolationException(
                        Fault.HOST_SETUP,
                        "cannot give container " + id + " users of --" + UserNamespaceFlags.RANGE.name() + " "
                                + ranges().ranges() + ": " + other + "; choose a range that nobody has");
            });
            try {
                if (mode == Mode.SHARED) {
                    ranges().share(id.value());
                } else if (ranges().allot(countOf(spec), id.value()).isEmpty()) {
                    throw exhausted(spec);
                }
            } catch (IOException e) {
                throw failed("note the users of container " + id + " in " + ranges().directory(), e);
            }
        }

        @Override
        public List<LaunchStep> steps() {
            return List.of(); // they depend on those of others: see adapt
        }

        @Override
        public void close() {
            if (hasNone || !Files.isDirectory(setting.stateDirectory(NAME))) {
                return;
            }
            try {
                Optional<Allotment> users = ranges().of(id.value());
                if (users.isPresent()) {
                    ranges().giveBack(users.get());
                }
            } catch (IOException e) {
                throw failed("give back the users of container " + id + " in " + ranges().directory(), e);
            }
        }
    }
}
