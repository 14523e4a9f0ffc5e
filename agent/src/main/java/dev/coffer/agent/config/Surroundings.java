package dev.coffer.agent.config;

import java.util.Map;
import java.util.Optional;

/**
 * What this process was started with, besides its arguments.
 *
 * @param environment its variables
 */
public record Surroundings(Map<String, String> environment) {
    public Surroundings {
        environment = Map.copyOf(environment);
    }

    public static Surroundings ofThisProcess() {
        return new Surroundings(System.getenv());
    }

    public Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name));
    }

    /** Whether {@code COFFER_DEBUG} asks for stack traces. */
    public boolean debug() {
        return environment.getOrDefault("COFFER_DEBUG", "").equals("1");
    }
}
