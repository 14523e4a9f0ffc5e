package dev.coffer.image;

import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * What {@code --docker_registry} says: where an image is whose name has no registry.
 *
 * @param host of the registry, with its port if it has one
 * @param isPlain whether its URL says http
 * @param directory holds {@code <name>:<tag>.tar} for every name; there is no registry then
 */
public record DefaultRegistry(String host, boolean isPlain, Optional<Path> directory) {
    public static final DefaultRegistry DOCKER_HUB = new DefaultRegistry("docker.io", false, Optional.empty());

    /**
     * Reads a URL, a host or an absolute path.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static DefaultRegistry parse(String text) {
        if (text.startsWith("/")) {
            return new DefaultRegistry("", false, Optional.of(Path.of(text).normalize()));
        }
        URI uri;
        try {
            uri = URI.create(text.contains("://") ? text : "https://" + text);
        } catch (IllegalArgumentException e) {
            throw unusable(text, e);
        }
        boolean plain = "http".equals(uri.getScheme());
        boolean bare = uri.getUserInfo() == null
                && uri.getQuery() == null
                && (String.valueOf(uri.getPath()).isEmpty() || uri.getPath().equals("/"));
        if ((!plain && !"https".equals(uri.getScheme())) || uri.getHost() == null || !bare) {
            throw unusable(text, null);
        }
        String host = uri.getAuthority().toLowerCase(Locale.ROOT);
        return new DefaultRegistry(isHub(host) ? DOCKER_HUB.host : host, plain, Optional.empty());
    }

    private static IllegalArgumentException unusable(String text, @org.jspecify.annotations.Nullable Throwable cause) {
        int at = text.indexOf('@'); // what is before it may be a password
        return new IllegalArgumentException(
                "'" + text.substring(at + 1).replaceAll("\\p{Cntrl}", "?")
                        + "' is neither http(s)://HOST[:PORT], HOST[:PORT] nor an absolute path",
                cause);
    }

    private static boolean isHub(String host) {
        return host.equals("registry-1.docker.io") || host.equals("index.docker.io") || host.equals(DOCKER_HUB.host);
    }
}
