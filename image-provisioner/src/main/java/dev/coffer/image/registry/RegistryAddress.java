package dev.coffer.image.registry;

import java.net.URI;

/** Where a registry is and whether its traffic is encrypted. */
record RegistryAddress(String scheme, String authority) {
    static RegistryAddress of(String host, RegistrySettings settings) {
        String authority = host.equals("docker.io") ? "registry-1.docker.io" : host;
        boolean plain = isLoopback(host) || settings.insecureHosts().contains(host);
        return new RegistryAddress(plain ? "http" : "https", authority);
    }

    private static boolean isLoopback(String host) {
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

    URI manifest(String repository, String reference) {
        return URI.create(scheme + "://" + authority + "/v2/" + repository + "/manifests/" + reference);
    }

    URI blob(String repository, String digest) {
        return URI.create(scheme + "://" + authority + "/v2/" + repository + "/blobs/" + digest);
    }
}
