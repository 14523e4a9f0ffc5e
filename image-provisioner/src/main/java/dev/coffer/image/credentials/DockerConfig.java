package dev.coffer.image.credentials;

import dev.coffer.container.Fault;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Docker's {@code config.json}, or the older {@code .dockercfg}, which is its {@code auths} alone.
 *
 * <p>For a registry the helper of {@code credHelpers} is asked first, then that of {@code credsStore}, then {@code auths}
 * is looked at, where a key may go on with the beginning of a repository name and the longest that fits wins.
 *
 * @see <a href="https://docs.docker.com/reference/cli/docker/#docker-cli-configuration-file-configjson-properties">config.json</a>
 * @see <a href="https://man.archlinux.org/man/containers-auth.json.5">containers-auth.json(5)</a>
 */
public final class DockerConfig implements CredentialSource {
    private static final String HUB = "docker.io";
    /** What {@code docker login} calls Docker Hub. */
    private static final String HUB_SERVER = "https://index.docker.io/v1/";

    private static final List<String> HUB_NAMES =
            List.of(HUB, "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com", "hub.docker.com");

    private final Map<String, Credential> credentials;
    private final Map<String, String> helpers;
    private final Optional<String> store;
    private final CredentialPrograms programs;

    private DockerConfig(
            Map<String, Credential> credentials,
            Map<String, String> helpers,
            Optional<String> store,
            CredentialPrograms programs) {
        this.credentials = Map.copyOf(credentials);
        this.helpers = Map.copyOf(helpers);
        this.store = store;
        this.programs = programs;
    }

    /**
     * Reads it.
     *
     * @param where it is from, for messages, such as {@code --docker_config}
     * @throws InvalidImageException without anything of the document but names of fields and registries
     */
    public static DockerConfig parse(String where, byte[] document, CredentialPrograms programs)
            throws InvalidImageException {
        try {
            Json json = Json.confidential(where, document);
            boolean modern = json.has("auths") || json.has("credHelpers") || json.has("credsStore");
            Map<String, Credential> credentials = auths(where, modern ? json.object("auths") : Optional.of(json));
            Map<String, String> helpers = new LinkedHashMap<>();
            json.textMap("credHelpers").forEach((server, helper) -> helpers.put(hostOf(server), helper));
            Optional<String> store = json.text("credsStore").filter(text -> !text.isEmpty());
            return new DockerConfig(credentials, helpers, store, programs);
        } catch (InvalidImageException e) {
            throw new InvalidImageException(Fault.USER_SPEC, "cannot use " + e.getMessage());
        }
    }

    private static Map<String, Credential> auths(String where, Optional<Json> auths) throws InvalidImageException {
        Map<String, Credential> credentials = new LinkedHashMap<>();
        if (auths.isPresent()) {
            for (String server : auths.get().names()) {
                if (auths.get().isObject(server)) {
                    Optional<Credential> found =
                            credential(where, server, auths.get().object(server).orElseThrow());
                    found.ifPresent(credential -> credentials.putIfAbsent(normal(server), credential));
                }
            }
        }
        return credentials;
    }

    private static Optional<Credential> credential(String where, String server, Json entry)
            throws InvalidImageException {
        Optional<String> identity = entry.text("identitytoken").filter(text -> !text.isEmpty());
        if (identity.isPresent()) {
            return Optional.of(new Credential.IdentityToken(identity.get()));
        }
        Optional<String> bearer = entry.text("registrytoken").filter(text -> !text.isEmpty());
        if (bearer.isPresent()) {
            return Optional.of(new Credential.RegistryToken(checked(where, server, bearer.get())));
        }
        Optional<String> pair = entry.text("auth").filter(text -> !text.isEmpty());
        if (pair.isPresent()) {
            return Optional.of(decoded(where, server, pair.get()));
        }
        Optional<String> user = entry.text("username").filter(text -> !text.isEmpty());
        return user.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Credential.Basic(user.get(), entry.text("password").orElse("")));
    }

    private static Credential decoded(String where, String server, String pair) throws InvalidImageException {
        String text;
        try {
            text = new String(Base64.getDecoder().decode(pair.strip()), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            throw new InvalidImageException(where + ": auth of " + server + " is not base64");
        }
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new InvalidImageException(where + ": auth of " + server + " is not USER:PASSWORD in base64");
        }
        // Docker pads the password with NUL in old files
        return new Credential.Basic(
                text.substring(0, colon), text.substring(colon + 1).replace("\0", ""));
    }

    private static String checked(String where, String server, String token) throws InvalidImageException {
        if (token.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
            throw new InvalidImageException(where + ": registrytoken of " + server + " is no token");
        }
        return token;
    }

    @Override
    public Optional<Credential> find(String host, String repository) throws IOException {
        String wanted = hostOf(host);
        String server = wanted.equals(HUB) ? HUB_SERVER : wanted;
        String helper = helpers.get(wanted);
        if (helper != null) {
            Optional<Credential> found = programs.get(helper, server);
            if (found.isPresent()) {
                return found;
            }
        }
        if (store.isPresent() && helper == null) {
            Optional<Credential> found = programs.get(store.get(), server);
            if (found.isPresent()) {
                return found;
            }
        }
        for (String key : keys(wanted, repository)) {
            Credential known = credentials.get(key);
            if (known != null) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }

    /** The longest first. */
    private static List<String> keys(String host, String repository) {
        List<String> keys = new ArrayList<>();
        for (int end = repository.length(); end > 0; end = repository.lastIndexOf('/', end - 1)) {
            keys.add(host + "/" + repository.substring(0, end));
        }
        keys.add(host);
        return keys;
    }

    /** A key as {@link #keys} builds them: without scheme and version, Docker Hub by one name. */
    private static String normal(String server) {
        String text = server.replaceFirst("^https?://", "").replaceFirst("/+$", "");
        int slash = text.indexOf('/');
        String path = slash < 0 ? "" : text.substring(slash);
        boolean version = path.equals("/v1") || path.equals("/v2");
        return hostOf(text) + (version ? "" : path);
    }

    private static String hostOf(String server) {
        String text = server.replaceFirst("^https?://", "");
        int slash = text.indexOf('/');
        String host = (slash < 0 ? text : text.substring(0, slash)).toLowerCase(Locale.ROOT);
        return HUB_NAMES.contains(host) ? HUB : host;
    }

    @Override
    public String toString() {
        return "credentials for " + credentials.keySet();
    }
}
