package dev.coffer.image.registry;

import java.time.Duration;
import java.util.Set;

/**
 * How registries are talked to.
 *
 * @param insecureHosts hosts, with their port if any, that are reached by plain HTTP; loopback always is
 * @param connectTimeout for one connection
 * @param stallTimeout without a byte, before and during a body
 * @param attempts for one document, or for one stretch of a blob without progress
 * @param firstPause before the second attempt; doubled before each further one
 */
public record RegistrySettings(
        Set<String> insecureHosts, Duration connectTimeout, Duration stallTimeout, int attempts, Duration firstPause) {
    public static final RegistrySettings DEFAULT =
            new RegistrySettings(Set.of(), Duration.ofSeconds(10), Duration.ofSeconds(30), 5, Duration.ofMillis(500));

    public RegistrySettings {
        insecureHosts = Set.copyOf(insecureHosts);
    }
}
