package dev.coffer.isolators.network.cni;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One interface of a container, with everything that its DEL and CHECK need.
 *
 * @param network its configuration as it was when the container was launched
 * @param capabilities runtime configuration by capability, such as {@code portMappings}
 * @param arguments CNI_ARGS
 * @param result what the last plugin printed; empty until ADD is done
 */
record Attachment(
        NetworkList network,
        String interfaceName,
        Map<String, Object> capabilities,
        Map<String, String> arguments,
        Optional<Map<String, Object>> result) {

    Attachment with(Map<String, Object> newResult) {
        return new Attachment(network, interfaceName, capabilities, arguments, Optional.of(newResult));
    }

    /** What one plugin gets on standard input. */
    Map<String, Object> configurationOf(Map<String, Object> plugin, Optional<Map<String, Object>> previous) {
        Map<String, Object> configuration = new LinkedHashMap<>(plugin);
        configuration.put("cniVersion", network.version());
        configuration.put("name", network.name());
        Map<String, Object> runtime = new LinkedHashMap<>();
        capabilities.forEach((capability, value) -> {
            if (NetworkList.hasCapability(plugin, capability)) {
                runtime.put(capability, value);
            }
        });
        if (!runtime.isEmpty()) {
            configuration.put("runtimeConfig", runtime);
        }
        configuration.put("args", mesosArguments(plugin.get("args")));
        previous.ifPresent(result -> configuration.put("prevResult", result));
        return configuration;
    }

    /** Plugins that were written for the Mesos agent look for this. */
    private Map<String, Object> mesosArguments(@Nullable Object configured) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        if (configured instanceof Map<?, ?> map) {
            map.forEach((key, value) -> arguments.put(String.valueOf(key), value));
        }
        arguments.put("org.apache.mesos", Map.of("network_info", Map.of("name", network.name())));
        return arguments;
    }

    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("network", network.toJson());
        json.put("interface", interfaceName);
        json.put("capabilities", capabilities);
        json.put("arguments", arguments);
        result.ifPresent(value -> json.put("result", value));
        return json;
    }

    static Attachment of(JsonObject json) {
        JsonObject network = json.object("network").orElseThrow(() -> json.wrong("network", "is missing"));
        return new Attachment(
                NetworkList.parse(JsonObject.text(network.members())),
                json.requiredText("interface"),
                json.object("capabilities").map(JsonObject::members).orElse(Map.of()),
                json.object("arguments").map(JsonObject::textMap).orElse(Map.of()),
                json.object("result").map(JsonObject::members));
    }

    /** All of one container's. */
    static List<Attachment> listOf(JsonObject json) {
        return json.objects("attachments").stream().map(Attachment::of).toList();
    }
}
