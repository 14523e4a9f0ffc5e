package dev.coffer.image.signature;

import dev.coffer.container.Fault;
import dev.coffer.image.ImageReference;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which images must be signed, and by whom: {@code --image_signatures}.
 *
 * <pre>{@code
 * {"registry.corp/prod": {"keys": ["/etc/coffer/release.pub"]},
 *  "registry.corp/lab":  {"accept": true},
 *  "local":              {"accept": true},
 *  "*":                  {"reject": true}}
 * }</pre>
 *
 * <p>The longest beginning of {@code host/repository}, cut at a slash, wins; {@code *} is for all others. Without it those
 * are accepted.
 */
public final class SignaturePolicy {
    public static final SignaturePolicy NONE = new SignaturePolicy(Map.of());

    private static final String OTHERS = "*";
    /** Images in files, which have no place for signatures. */
    private static final String LOCAL = "local";

    private final Map<String, Rule> rules;

    /** What is asked of an image. */
    enum Demand {
        NOTHING,
        SIGNATURE,
        REFUSED
    }

    /**
     * What is asked of some images.
     *
     * @param name as the policy has it
     * @param keys one of which must have signed
     */
    record Rule(String name, Demand demand, List<PublicKeyFile> keys) {
        static final Rule ACCEPT = new Rule(OTHERS, Demand.NOTHING, List.of());

        Rule {
            keys = List.copyOf(keys);
        }
    }

    private SignaturePolicy(Map<String, Rule> rules) {
        this.rules = Map.copyOf(rules);
    }

    /**
     * Reads it and the keys it names.
     *
     * @throws InvalidImageException naming the entry or the file that cannot be used
     */
    public static SignaturePolicy parse(byte[] document) throws InvalidImageException {
        Map<String, Rule> rules = new LinkedHashMap<>();
        try {
            Json json = Json.object("--image_signatures", document);
            for (String name : json.names()) {
                rules.put(name, rule(name, json.object(name).orElseThrow()));
            }
        } catch (InvalidImageException e) {
            String message = String.valueOf(e.getMessage());
            throw new InvalidImageException(
                    Fault.HOST_SETUP, message.startsWith("cannot use") ? message : "cannot use " + message);
        }
        return new SignaturePolicy(rules);
    }

    private static Rule rule(String name, Json json) throws InvalidImageException {
        boolean one = json.names().size() == 1;
        if (one && json.flag("accept").orElse(false)) {
            return new Rule(name, Demand.NOTHING, List.of());
        }
        if (one && json.flag("reject").orElse(false)) {
            return new Rule(name, Demand.REFUSED, List.of());
        }
        List<PublicKeyFile> keys = new ArrayList<>();
        for (String file : json.texts("keys")) {
            keys.add(PublicKeyFile.read(Path.of(file)));
        }
        if (!one || keys.isEmpty()) {
            throw new InvalidImageException("--image_signatures: " + name
                    + " needs one of \"keys\": [FILE...], \"accept\": true and \"reject\": true");
        }
        return new Rule(name, Demand.SIGNATURE, keys);
    }

    Rule ruleFor(ImageReference reference) {
        if (!(reference instanceof ImageReference.Registry registry)) {
            return rules.getOrDefault(LOCAL, rules.getOrDefault(OTHERS, Rule.ACCEPT));
        }
        String name = registry.host() + "/" + registry.repository();
        for (int end = name.length(); end > 0; end = name.lastIndexOf('/', end - 1)) {
            Rule rule = rules.get(name.substring(0, end));
            if (rule != null) {
                return rule;
            }
        }
        return rules.getOrDefault(OTHERS, Rule.ACCEPT);
    }
}
