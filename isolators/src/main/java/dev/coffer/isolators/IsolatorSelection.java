package dev.coffer.isolators;

import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code --isolation} comes to on this host, by the rules of the Mesos agent.
 *
 * @param names the isolators to use, in launch order
 * @param leftOut those of the default that this host cannot do, or not for every container, with what is missing and how to get it
 * @param problems why the agent must not start, one line each
 */
public record IsolatorSelection(List<String> names, Map<String, String> leftOut, List<String> problems) {
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

    private static IsolatorSelection byDefault(IsolatorCatalog catalog, IsolatorSetting setting) {
        List<String> names = new ArrayList<>();
        Map<String, String> leftOut = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        IsolatorSetting wished = setting.with(Order.DEFAULT);
        for (String name : Order.DEFAULT) {
            Optional<IsolatorProvider> provider = catalog.find(name);
            Optional<String> missing = provider.isPresent() ? provider.get().missing(wished) : Optional.empty();
            if (missing.isPresent() && SelectionRules.NEEDED_BY_LAUNCHER.contains(name)) {
                problems.add("cannot use isolator '" + name + "': " + missing.get());
            } else if (missing.isPresent()) {
                leftOut.put(name, missing.get());
            }
            if (provider.isPresent() && (missing.isEmpty() || provider.get().refusesWhatItCannotDo())) {
                names.add(name);
            }
        }
        for (String name : SelectionRules.implied(catalog, names)) {
            if (catalog.find(name).orElseThrow().missing(wished).isEmpty()) {
                names.add(name);
            }
        }
        Order.sort(names);
        return new IsolatorSelection(names, leftOut, problems);
    }

    private static IsolatorSelection named(IsolatorCatalog catalog, IsolatorSetting setting, List<String> asked) {
        List<String> problems = new ArrayList<>();
        Set<String> chosen = SelectionRules.expanded(catalog, setting, asked, problems);
        for (String name : chosen) {
            if (catalog.find(name).isEmpty()) {
                problems.add(SelectionRules.unknown(catalog, name));
            }
        }
        chosen.removeIf(name -> catalog.find(name).isEmpty());
        SelectionRules.checkFamilies(chosen, problems);
        chosen.addAll(SelectionRules.implied(catalog, chosen));
        List<String> names = new ArrayList<>(chosen);
        Order.sort(names);
        SelectionRules.checkNeeds(catalog, setting.with(names), problems);
        return new IsolatorSelection(names, Map.of(), problems);
    }
}
