package dev.coffer.isolators;

import dev.coffer.flag.Nearest;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** How the Mesos agent reads {@code --isolation}: what stands for other names, what comes along, what excludes what. */
final class SelectionRules {
    /** Deprecated names that the Mesos agent still reads. */
    private static final Map<String, List<String>> ALIASES = Map.of(
            "process", List.of("posix/cpu", "posix/mem"),
            "cgroups", List.of("cgroups/cpu", "cgroups/mem"),
            "posix/disk", List.of("disk/du"));

    private static final String ALL_CGROUPS = "cgroups/all";
    private static final List<String> IMPLIED_BY_LINUX =
            List.of("volume/sandbox_path", "volume/host_path", "volume/image", "volume/secret");
    static final List<String> NEEDED_BY_LAUNCHER = List.of("filesystem/linux", "namespaces/pid");

    private SelectionRules() {}

    /** Whether a name stands for others. */
    static boolean isAlias(String name) {
        return name.equals(ALL_CGROUPS) || ALIASES.containsKey(name);
    }

    /** With aliases replaced by what they stand for. */
    static Set<String> expanded(
            IsolatorCatalog catalog, IsolatorSetting setting, List<String> asked, List<String> problems) {
        Set<String> chosen = new LinkedHashSet<>();
        boolean all = asked.contains(ALL_CGROUPS);
        for (String name : asked) {
            if (name.equals(ALL_CGROUPS)) {
                chosen.addAll(everyCgroup(catalog, setting));
            } else if (!all || !name.startsWith("cgroups/")) {
                addOnce(chosen, ALIASES.getOrDefault(name, List.of(name)), problems);
            }
        }
        return chosen;
    }

    private static void addOnce(Set<String> chosen, List<String> names, List<String> problems) {
        for (String name : names) {
            if (!chosen.add(name)) {
                problems.add("cannot use --isolation: '" + name + "' is named twice");
            }
        }
    }

    private static List<String> everyCgroup(IsolatorCatalog catalog, IsolatorSetting setting) {
        List<String> names = new ArrayList<>();
        for (String name : catalog.names()) {
            if (name.startsWith("cgroups/")
                    && catalog.find(name).orElseThrow().missing(setting).isEmpty()) {
                names.add(name);
            }
        }
        return names;
    }

    static String unknown(IsolatorCatalog catalog, String name) {
        if (Order.contains(name)) {
            return "cannot use isolator '" + name + "': it is not supported by this version; there are "
                    + String.join(", ", catalog.names());
        }
        Optional<String> nearest = Nearest.of(name, catalog.names());
        return "cannot use isolator '" + name + "': there is none of that name; "
                + (nearest.isPresent()
                        ? "did you mean " + nearest.get() + "?"
                        : "there are " + String.join(", ", catalog.names()));
    }

    static void checkFamilies(Set<String> chosen, List<String> problems) {
        Map<String, String> filesystems = new TreeMap<>();
        Map<String, String> networks = new TreeMap<>();
        for (String name : chosen) {
            if (name.startsWith("filesystem/") && !name.equals("filesystem/shared")) {
                filesystems.put(name, name);
            }
            if (name.startsWith("network/") && !name.equals("network/ports")) {
                networks.put(name, name);
            }
        }
        if (filesystems.size() > 1) {
            problems.add("cannot use " + String.join(" with ", filesystems.keySet())
                    + ": a container has one root file system; name one of them in --isolation");
        }
        if (networks.size() > 1) {
            problems.add("cannot use " + String.join(" with ", networks.keySet())
                    + ": a container has one network; name one of them in --isolation");
        }
    }

    /** What comes along without being named, as far as there is such an isolator. */
    static List<String> implied(IsolatorCatalog catalog, Collection<String> chosen) {
        List<String> implied = new ArrayList<>();
        if (chosen.contains("filesystem/linux")) {
            implied.addAll(IMPLIED_BY_LINUX);
        } else if (!hasOne(chosen, "filesystem/", "filesystem/shared")) {
            implied.add("filesystem/posix");
        }
        if (!hasOne(chosen, "network/", "network/ports")) {
            implied.add("network/cni");
        }
        implied.add("environment_secret");
        implied.removeIf(name -> chosen.contains(name) || catalog.find(name).isEmpty());
        return implied;
    }

    private static boolean hasOne(Collection<String> names, String family, String except) {
        for (String name : names) {
            if (name.startsWith(family) && !name.equals(except)) {
                return true;
            }
        }
        return false;
    }

    static void checkNeeds(IsolatorCatalog catalog, IsolatorSetting setting, List<String> problems) {
        for (String name : NEEDED_BY_LAUNCHER) {
            if (!setting.has(name) && !(name.startsWith("filesystem/") && setting.has("filesystem/posix"))) {
                problems.add("cannot use --isolation without " + name
                        + ": the launcher of this version needs it; add it to --isolation");
            }
        }
        for (String name : setting.isolators()) {
            IsolatorProvider provider = catalog.find(name).orElseThrow();
            provider.missing(setting)
                    .ifPresent(missing -> problems.add("cannot use isolator '" + name + "': " + missing));
            for (String required : provider.requires()) {
                if (!setting.has(required)) {
                    problems.add(
                            "cannot use isolator '" + name + "' without '" + required + "'; add that to --isolation");
                }
            }
        }
    }
}
