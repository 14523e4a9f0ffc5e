package dev.coffer.image.registry;

import dev.coffer.container.Fault;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the operator said of single registries: {@code --image_registries}.
 *
 * <pre>{@code
 * {"docker.io":          {"mirrors": ["mirror.corp:5000/hub"], "origin": true},
 *  "mirror.corp:5000":   {"ca": "/etc/coffer/corp-ca.pem"},
 *  "dev.corp":           {"plain_http": true},
 *  "*":                  {"mirrors": ["cache.corp"]}}
 * }</pre>
 */
public final class RegistryHosts {
    public static final RegistryHosts NONE = new RegistryHosts(Map.of());

    private static final String EVERY_OTHER = "*";
    private static final Set<String> FIELDS = Set.of("mirrors", "origin", "plain_http", "skip_verify", "ca");

    private final Map<String, Rules> rules;

    /**
     * Of one registry.
     *
     * @param mirrors asked before it, in this order; host, port and the beginning of repository names
     * @param origin whether the registry itself is asked if no mirror has the image
     * @param plainHttp whether it is talked to without encryption
     * @param skipVerify whether anybody's certificate is taken for its own
     * @param ca certificates, in PEM, of those who may certify it, instead of the system's
     */
    record Rules(List<String> mirrors, boolean origin, boolean plainHttp, boolean skipVerify, Optional<Path> ca) {
        static final Rules NONE = new Rules(List.of(), true, false, false, Optional.empty());

        Rules {
            mirrors = List.copyOf(mirrors);
        }
    }

    private RegistryHosts(Map<String, Rules> rules) {
        this.rules = Map.copyOf(rules);
    }

    /** These and one that is talked to without encryption. */
    public RegistryHosts withPlain(String host) {
        Map<String, Rules> more = new LinkedHashMap<>(rules);
        Rules now = rules.getOrDefault(host, Rules.NONE);
        more.put(host, new Rules(now.mirrors(), now.origin(), true, false, now.ca()));
        return new RegistryHosts(more);
    }

    /**
     * Reads them.
     *
     * @throws InvalidImageException naming registry and field
     */
    public static RegistryHosts parse(byte[] document) throws InvalidImageException {
        try {
            Json json = Json.object("--image_registries", document);
            Map<String, Rules> rules = new LinkedHashMap<>();
            for (String host : json.names()) {
                rules.put(
                        host.toLowerCase(Locale.ROOT),
                        rules(host, json.object(host).orElseThrow()));
            }
            return new RegistryHosts(rules);
        } catch (InvalidImageException e) {
            throw new InvalidImageException(Fault.USER_SPEC, "cannot use " + e.getMessage());
        }
    }

    private static Rules rules(String host, Json json) throws InvalidImageException {
        for (String field : json.names()) {
            if (!FIELDS.contains(field)) {
                throw new InvalidImageException("--image_registries: " + host + ": there is no '" + field
                        + "'; there are mirrors, origin, plain_http, skip_verify and ca");
            }
        }
        List<String> mirrors = new ArrayList<>();
        for (String mirror : json.texts("mirrors")) {
            mirrors.add(checkedMirror(host, mirror));
        }
        Rules rules = new Rules(
                mirrors,
                json.flag("origin").orElse(true),
                json.flag("plain_http").orElse(false),
                json.flag("skip_verify").orElse(false),
                json.text("ca").map(Path::of));
        boolean reached = rules.plainHttp() || rules.skipVerify() || rules.ca().isPresent();
        if (host.equals(EVERY_OTHER) && reached) {
            throw new InvalidImageException("--image_registries: '*' can have mirrors and origin only");
        }
        if (rules.plainHttp() && (rules.skipVerify() || rules.ca().isPresent())) {
            throw new InvalidImageException("--image_registries: " + host
                    + ": plain_http has no certificates; take away skip_verify and ca, or plain_http");
        }
        return rules;
    }

    private static String checkedMirror(String host, String mirror) throws InvalidImageException {
        boolean valid = !mirror.isEmpty()
                && !mirror.startsWith("/")
                && !mirror.endsWith("/")
                && mirror.chars().allMatch(c -> c > ' ' && c < 0x7f && "?#@\\\"".indexOf(c) < 0);
        if (!valid || mirror.contains("://") || mirror.contains("..")) {
            throw new InvalidImageException("--image_registries: " + host + ": mirror '" + mirror
                    + "' is not HOST[:PORT][/PATH]; plain_http goes into an entry of its own");
        }
        return mirror;
    }

    /** Of that host, with its port if it has one. */
    Rules of(String host) {
        return rules.getOrDefault(host.toLowerCase(Locale.ROOT), Rules.NONE);
    }

    /** As {@link #of}, with the mirrors of every other host. */
    Rules forPull(String host) {
        Rules own = rules.get(host.toLowerCase(Locale.ROOT));
        return own != null ? own : rules.getOrDefault(EVERY_OTHER, Rules.NONE);
    }

    /** Whether the operator named it with its port if it has one, as a registry or as a mirror. */
    boolean isNamed(String host) {
        return named().anyMatch(host.toLowerCase(Locale.ROOT)::equals);
    }

    /** As {@link #isNamed}, for a name without its port. */
    boolean isNamedAtAnyPort(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return named().anyMatch(host ->
                host.equals(wanted) || (host.startsWith(wanted + ":") && host.indexOf(':', wanted.length() + 1) < 0));
    }

    private Stream<String> named() {
        return Stream.concat(
                rules.keySet().stream(),
                rules.values().stream()
                        .flatMap(known -> known.mirrors().stream())
                        .map(RegistryAddress::hostOf));
    }
}
