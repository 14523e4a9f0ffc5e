package dev.coffer.isolators.namespace;

import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolation.Namespace;
import dev.coffer.isolators.host.HostFacts;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** One {@code namespaces/<type>}. All that are chosen are one isolator; the one for {@code pid}, which is never missing, makes it. */
public final class NamespaceProvider implements IsolatorProvider {
    static final String FAMILY = "namespaces/";

    private final Namespace namespace;
    private final HostFacts host;

    public NamespaceProvider(Namespace namespace, HostFacts host) {
        this.namespace = namespace;
        this.host = host;
    }

    @Override
    public String name() {
        return nameOf(namespace);
    }

    private static String nameOf(Namespace namespace) {
        return FAMILY + namespace.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public Optional<String> missing(IsolatorSetting setting) {
        String type = namespace.name().toLowerCase(Locale.ROOT);
        return host.hasNamespace(type)
                ? Optional.empty()
                : Optional.of("the kernel has no " + type + " namespaces; use one that is built with CONFIG_"
                        + namespace.name() + "_NS");
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        if (namespace != Namespace.PID) {
            return List.of();
        }
        Set<Namespace> chosen = EnumSet.noneOf(Namespace.class);
        for (Namespace each : Namespace.values()) {
            if (setting.has(nameOf(each))) {
                chosen.add(each);
            }
        }
        return List.of(new NamespacesIsolator(chosen, setting.has("network/cni")));
    }
}
