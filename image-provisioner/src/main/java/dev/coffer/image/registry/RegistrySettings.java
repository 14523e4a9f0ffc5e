package dev.coffer.image.registry;

import dev.coffer.image.source.SourceLimits;
import java.time.Duration;
import java.util.Map;

/**
 * How registries are talked to.
 *
 * @param hosts what the operator said of single registries
 * @param limits for documents
 * @param maxHeaderBytes {@code image_max_header}: of the header of one answer
 * @param patience with slow and busy ones
 * @param environment of the process, for {@code https_proxy} and its like
 */
public record RegistrySettings(
        RegistryHosts hosts,
        SourceLimits limits,
        int maxHeaderBytes,
        Patience patience,
        Map<String, String> environment) {
    public static final RegistrySettings DEFAULT =
            new RegistrySettings(RegistryHosts.NONE, SourceLimits.DEFAULT, 64 << 10, Patience.DEFAULT);

    public RegistrySettings {
        environment = Map.copyOf(environment);
    }

    /** Without proxies. */
    public RegistrySettings(RegistryHosts hosts, SourceLimits limits, int maxHeaderBytes, Patience patience) {
        this(hosts, limits, maxHeaderBytes, patience, Map.of());
    }

    /**
     * How long one waits.
     *
     * @param connect for one connection
     * @param stall {@code fetcher_stall_timeout}: for an answer to begin, and with next to nothing coming
     * @param attempts for one document, or for one stretch of a blob without progress
     * @param firstPause before the second attempt; doubled before each further one
     */
    public record Patience(Duration connect, Duration stall, int attempts, Duration firstPause) {
        public static final Patience DEFAULT =
                new Patience(Duration.ofSeconds(10), Duration.ofMinutes(1), 5, Duration.ofMillis(500));
    }
}
