package dev.coffer.agent;

import dev.coffer.agent.config.HostConfig;
import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolators.IsolatorCatalog;
import dev.coffer.isolators.IsolatorSelection;
import dev.coffer.isolators.IsolatorSet;
import dev.coffer.isolators.host.HostFacts;
import dev.coffer.rootfs.RootfsProvider;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The isolators that a configuration comes to on this host. Changes nothing there. */
final class Isolators {
    private final IsolatorCatalog catalog;
    private final IsolatorSelection selection;
    private final IsolatorSetting setting;

    private Isolators(IsolatorCatalog catalog, IsolatorSelection selection, IsolatorSetting setting) {
        this.catalog = catalog;
        this.selection = selection;
        this.setting = setting;
    }

    /** What {@code config} comes to; images are for volumes. */
    static Isolators of(HostConfig config, Path sandboxes, RootfsProvider images) {
        IsolatorCatalog catalog = catalogOf(config, images);
        IsolatorSetting setting = new IsolatorSetting(
                config.flags(),
                List.of(),
                config.runtimeDirectory(),
                config.workDirectory(),
                sandboxes,
                config::plugins);
        IsolatorSelection selection = IsolatorSelection.of(catalog, setting);
        return new Isolators(catalog, selection, setting.with(selection.names()));
    }

    private static IsolatorCatalog catalogOf(HostConfig config, RootfsProvider images) {
        try {
            return new IsolatorCatalog(HostFacts.ofThisHost(), config.otherIsolators(), images);
        } catch (IllegalArgumentException e) {
            throw new IsolationException(Fault.HOST_SETUP, String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * Those that are not chosen, for what they may have left when they were. One that cannot be had on this host, or with
     * these flags, could not remove anything either.
     */
    List<HostIsolator> unchosen() {
        List<String> added = new ArrayList<>();
        List<String> all = new ArrayList<>();
        for (String name : catalog.names()) {
            if (setting.has(name)) {
                all.add(name);
            } else if (!hasFamily(name)
                    && catalog.find(name).orElseThrow().missing(setting).isEmpty()) {
                all.add(name);
                added.add(name);
            }
        }
        List<HostIsolator> isolators = new ArrayList<>();
        for (String name : added) {
            try {
                addOnHost(catalog.find(name).orElseThrow().create(setting.with(all)), isolators);
            } catch (IsolationException e) {
                // with these flags it cannot be had: see above
            }
        }
        return isolators;
    }

    private static void addOnHost(List<Isolator> made, List<HostIsolator> isolators) {
        for (Isolator isolator : made) {
            if (isolator instanceof HostIsolator holder) {
                isolators.add(holder);
            }
        }
    }

    /** Whether the isolators chosen do the work of this one too: those of some families are one. */
    private boolean hasFamily(String name) {
        String family = name.substring(0, name.indexOf('/') + 1);
        return (family.equals("cgroups/") || family.equals("volume/") || family.equals("namespaces/"))
                && setting.isolators().stream().anyMatch(chosen -> chosen.startsWith(family));
    }

    IsolatorSelection selection() {
        return selection;
    }

    /** With what making them would find. */
    IsolatorSelection examined() {
        if (!selection.problems().isEmpty()) {
            return selection;
        }
        try {
            IsolatorSet unused = catalog.create(setting);
            return selection;
        } catch (IsolationException e) {
            return new IsolatorSelection(
                    selection.names(), selection.leftOut(), List.of(String.valueOf(e.getMessage())));
        }
    }

    /**
     * Makes them.
     *
     * @throws IsolationException if the agent must not start with them
     */
    IsolatorSet create() {
        if (!selection.problems().isEmpty()) {
            throw new IsolationException(Fault.HOST_SETUP, String.join("; ", selection.problems()));
        }
        return catalog.create(setting);
    }
}
