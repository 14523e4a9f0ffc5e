package dev.coffer.image.registry;

import java.net.URI;
import java.util.Locale;

/**
 * Where a registry is and whether its traffic is encrypted.
 *
 * @param host by which credentials and settings go; {@code docker.io} for Docker Hub
 * @param prefix of every repository name there; empty, or with a slash at its end
 */
record RegistryAddress(String host, String scheme, String authority, String prefix) {
    private static final String HUB = "docker.io";
    private static final String HUB_AUTHORITY = "registry-1.docker.io";

    static RegistryAddress of(String host, RegistryHosts hosts) {
        String authority = host.equals(HUB) ? HUB_AUTHORITY : host;
        boolean plain = isPlain(host, hosts);
        return new RegistryAddress(host, plain ? "http" : "https", authority, "");
    }

    /** A mirror as {@code --image_registries} has it. */
    static RegistryAddress ofMirror(String mirror, RegistryHosts hosts) {
        String host = hostOf(mirror);
        RegistryAddress bare = of(host, hosts);
        String prefix = mirror.length() == host.length() ? "" : mirror.substring(host.length() + 1) + "/";
        return new RegistryAddress(host, bare.scheme, bare.authority, prefix);
    }

    static String hostOf(String mirror) {
        int slash = mirror.indexOf('/');
        return (slash < 0 ? mirror : mirror.substring(0, slash)).toLowerCase(Locale.ROOT);
    }

    /** Whether that host, with its port if it has one, is talked to without encryption. */
    static boolean isPlain(String host, RegistryHosts hosts) {
        RegistryHosts.Rules rules = hosts.of(host);
        boolean encrypted = rules.ca().isPresent() || rules.skipVerify();
        return rules.plainHttp() || (isLoopback(host) && !encrypted);
    }

    static boolean isLoopback(String host) {
        String name = host.startsWith("[") ? host.substring(0, host.indexOf(']') + 1) : host.split(":", 2)[0];
        return name.equals("localhost") || name.equals("[::1]") || isLoopbackAddress(name);
    }

    /** A name such as 127.example.com is no address. */
    private static boolean isLoopbackAddress(String name) {
        return name.startsWith("127.") && name.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
    }

    boolean isPlain() {
        return scheme.equals("http");
    }

    /** Without the port. */
    String name() {
        return String.valueOf(URI.create(scheme + "://" + authority).getHost());
    }

    boolean isOrigin(URI uri) {
        return scheme.equals(uri.getScheme()) && authority.equalsIgnoreCase(uri.getAuthority());
    }

    URI manifest(String repository, String reference) {
        return uri(repository, "/manifests/" + reference);
    }

    URI blob(String repository, String digest) {
        return uri(repository, "/blobs/" + digest);
    }

    URI referrers(String repository, String digest) {
        return uri(repository, "/referrers/" + digest);
    }

    private URI uri(String repository, String rest) {
        return URI.create(scheme + "://" + authority + "/v2/" + prefix + repository + rest);
    }
}
