package dev.coffer.isolators.network.cni;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One configured network: plugins that are run one after the other.
 *
 * @param plugins the configuration of each, as it was read
 * @see <a href="https://www.cni.dev/docs/spec/#section-1-network-configuration-format">network configuration format</a>
 */
record NetworkList(String name, String version, boolean disableCheck, List<Map<String, Object>> plugins) {
    private static final List<String> VERSIONS = List.of("0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0");
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_.-]*";

    NetworkList {
        plugins = List.copyOf(plugins);
    }

    /**
     * Reads a list ({@code .conflist}), or a lone plugin ({@code .conf}), which is a list of one.
     *
     * @throws IllegalArgumentException naming the field that is wrong
     */
    static NetworkList parse(String document) {
        JsonObject json = JsonObject.parse(document);
        String name = json.requiredText("name");
        if (!name.matches(NAME)) {
            throw json.wrong("name", "must be letters, digits, '_', '.' and '-', and begin with a letter or digit");
        }
        String version = json.requiredText("cniVersion");
        if (!VERSIONS.contains(version)) {
            throw json.wrong("cniVersion", "is none of " + String.join(", ", VERSIONS));
        }
        List<JsonObject> plugins = json.has("plugins") ? json.objects("plugins") : List.of(json);
        if (plugins.isEmpty()) {
            throw json.wrong("plugins", "is empty");
        }
        List<Map<String, Object>> members = new ArrayList<>();
        for (JsonObject plugin : plugins) {
            // a path would run a program from anywhere
            if (!plugin.requiredText("type").matches(NAME)) {
                throw plugin.wrong("type", "must be the file name of a plugin");
            }
            if (plugin.has("capabilities")) {
                plugin.object("capabilities");
            }
            members.add(plugin.members());
        }
        return new NetworkList(name, version, json.flag("disableCheck"), members);
    }

    /** So that {@link #parse} reads it again. */
    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("cniVersion", version);
        json.put("name", name);
        json.put("disableCheck", disableCheck);
        json.put("plugins", plugins);
        return json;
    }

    static String typeOf(Map<String, Object> plugin) {
        return String.valueOf(plugin.get("type"));
    }

    /** Whether a plugin of this network takes the named runtime configuration. */
    boolean hasCapability(String capability) {
        return plugins.stream().anyMatch(plugin -> hasCapability(plugin, capability));
    }

    static boolean hasCapability(Map<String, Object> plugin, String capability) {
        return plugin.get("capabilities") instanceof Map<?, ?> capabilities
                && Boolean.TRUE.equals(capabilities.get(capability));
    }

    /** CHECK, and the result of ADD as input of CHECK and DEL, came with 0.4.0. */
    boolean knowsCheck() {
        return !version.startsWith("0.3.");
    }
}
