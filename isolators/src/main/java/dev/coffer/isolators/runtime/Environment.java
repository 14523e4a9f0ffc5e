package dev.coffer.isolators.runtime;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The task's environment: defaults, then the image's, then the request's. Nothing of the agent's own gets in. */
final class Environment {
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Map<String, String> variables = new LinkedHashMap<>();

    Environment(String hostname, boolean terminal, String home) {
        variables.put("PATH", DEFAULT_PATH);
        variables.put("HOSTNAME", hostname);
        if (terminal) {
            variables.put("TERM", "xterm");
        }
        variables.put("HOME", home);
    }

    /** Entries of an image; one that no environment can hold is skipped. */
    Environment withImage(List<String> entries) {
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            if (equals > 0 && entry.indexOf('\0') < 0) {
                variables.put(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        return this;
    }

    Environment withRequest(Map<String, String> requested) {
        requested.forEach((name, value) -> {
            if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
                throw new IsolationException(
                        Fault.USER_SPEC,
                        "cannot set environment variable '" + name.replace('\0', '?')
                                + "': a name must be non-empty without '=', and neither it nor the value may hold NUL");
            }
            variables.put(name, value);
        });
        return this;
    }

    List<String> entries() {
        return variables.entrySet().stream()
                .map(variable -> variable.getKey() + "=" + variable.getValue())
                .toList();
    }
}
