package dev.coffer.isolators;

import dev.coffer.flag.Nearest;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What {@code --isolation} comes to on this host, by the rules of the Mesos agent.
 *
 * @param names the isolators to use, in launch order
 * @param leftOut those of the default that this host cannot do, or not for every container, with what is missing and how to get it
 * @param problems why the agent must not start, one line each
 */
public record IsolatorSelection(List<String> names, Map<String, String> leftOut, List<String> problems) {
    /** Deprecated names that the Mesos agent still reads. */
    private static final Map<String, List<String>> ALIASES = Map.of(
            "process", List.of("posix/cpu", "posix/mem"),
            "cgroups", List.of("cgroups/cpu", "cgroups/mem"),
            "posix/disk", List.of("disk/du"));

    private static final String ALL_CGROUPS = "cgroups/all";
    private static final List<String> IMPLIED_BY_LINUX =
            List.of("volume/sandbox_path", "volume/host_path", "volume/image");
    private static final List<String> NEEDED_BY_LAUNCHER = List.of("filesystem/linux", "namespaces/pid");

    public IsolatorSelection {
        names = List.copyOf(names);
        leftOut = Collections.unmodifiableMap(new LinkedHashMap<>(leftOut));
        problems = List.copyOf(problems);
    }

    /** One line: what containers are held by, and what of the default they are not. */
    public String describe() {
        StringBuilder text = new StringBuilder("isolation: ").append(String.join(", ", names));
        for (Map.Entry<String, String> each : leftOut.entrySet()) {
            text.append("; not or not always ")
                    .append(each.getKey())
                    .append(": ")
                    .append(each.getValue());
        }
        return text.toString();
    }

    /** Chooses by {@code --isolation} of {@code setting}, whose own isolators do not count. */
    public static IsolatorSelection of(IsolatorCatalog catalog, IsolatorSetting setting) {
        Optional<List<String>> asked = setting.flags().get(IsolationFlags.ISOLATION);
        return asked.isPresent() ? named(catalog, setting, asked.get()) : byDefault(catalog, setting);
    }

    /** Whether a name stands for others. */
    static boolean isAlias(String name) {
        return name.equals(ALL_CGROUPS) || ALIASES.containsKey(name);
    }

    private static IsolatorSelection byDefault(IsolatorCatalog catalog, IsolatorSetting setting) {
        List<String> names = new ArrayList<>();
        Map<String, String> leftOut = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        IsolatorSetting wished = setting.with(Order.DEFAULT);
        for (String name : Order.DEFAULT) {
            Optional<IsolatorProvider> provider = catalog.find(name);
            Optional<String> missing = provider.isPresent() ? provider.get().missing(wished) : Optional.empty();
            if (missing.isPresent() && NEEDED_BY_LAUNCHER.contains(name)) {
                problems.add("cannot use isolator '" + name + "': " + missing.get());
            } else if (missing.isPresent()) {
                leftOut.put(name, missing.get());
            }
            if (provider.isPresent() && (missing.isEmpty() || provider.get().refusesWhatItCannotDo())) {
                names.add(name);
            }
        }
        for (String name : implied(catalog, names)) {
            if (catalog.find(name).orElseThrow().missing(wished).isEmpty()) {
                names.add(name);
            }
        }
        names.sort(Comparator.comparingInt(Order::rank));
        return new IsolatorSelection(names, leftOut, problems);
    }

    private static IsolatorSelection named(IsolatorCatalog catalog, IsolatorSetting setting, List<String> asked) {
        List<String> problems = new ArrayList<>();
        Set<String> chosen = expanded(catalog, setting, asked, problems);
        for (String name : chosen) {
            if (catalog.find(name).isEmpty()) {
                problems.add(unknown(catalog, name));
            }
        }
        chosen.removeIf(name -> catalog.find(name).isEmpty());
        checkFamilies(chosen, problems);
        chosen.addAll(implied(catalog, chosen));
        List<String> names = new ArrayList<>(chosen);
        names.sort(Comparator.comparingInt(Order::rank));
        checkNeeds(catalog, setting.with(names), problems);
        return new IsolatorSelection(names, Map.of(), problems);
    }

    /** With aliases replaced by what they stand for. */
    private static Set<String> expanded(
            IsolatorCatalog catalog, IsolatorSetting setting, List<String> asked, List<String> problems) {
        Set<String> chosen = new LinkedHashSet<>();
        boolean all = asked.contains(ALL_CGROUPS);
        for (String name : asked) {
            if (name.equals(ALL_CGROUPS)) {
                chosen.addAll(everyCgroup(catalog, setting));
            } else if (!all || !name.startsWith("cgroups/")) {
                for (String real : ALIASES.getOrDefault(name, List.of(name))) {
                    if (!chosen.add(real)) {
                        problems.add("cannot use --isolation: '" + real + "' is named twice");
                    }
                }
            }
        }
        return chosen;
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

    private static String unknown(IsolatorCatalog catalog, String name) {
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

    private static void checkFamilies(Set<String> chosen, List<String> problems) {
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
    private static List<String> implied(IsolatorCatalog catalog, java.util.Collection<String> chosen) {
        List<String> implied = new ArrayList<>();
        if (chosen.contains("filesystem/linux")) {
            implied.addAll(IMPLIED_BY_LINUX);
        } else if (chosen.stream().noneMatch(name -> name.startsWith("filesystem/"))) {
            implied.add("filesystem/posix");
        }
        if (chosen.stream().noneMatch(name -> name.startsWith("network/") && !name.equals("network/ports"))) {
            implied.add("network/cni");
        }
        implied.add("environment_secret");
        implied.removeIf(name -> chosen.contains(name) || catalog.find(name).isEmpty());
        return implied;
    }

    private static void checkNeeds(IsolatorCatalog catalog, IsolatorSetting setting, List<String> problems) {
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
