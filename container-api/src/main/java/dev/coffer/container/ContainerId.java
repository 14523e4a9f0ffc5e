package dev.coffer.container;

import java.util.Optional;

/**
 * Names one container for its whole life: in the API, in cgroup paths and in the runtime directory.
 *
 * <p>The text is a single safe path segment: 1 to 242 characters, no control character, slash, backslash, dot or space,
 * so that it can be used as a directory name on any file system and '.' stays free to join nested ids.
 */
public record ContainerId(String value) {
    private static final int MAX_LENGTH = 242;

    public ContainerId {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("container id must not be empty");
        }
        if (value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "container id must be at most " + MAX_LENGTH + " characters, has " + value.length());
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c <= ' ' || c == 0x7f || c == '/' || c == '\\' || c == '.' || Character.isISOControl(c)) {
                throw new IllegalArgumentException("container id '" + value.replaceAll("\\p{Cntrl}", "?")
                        + "' must not contain '/', '\\', '.', a space or a control character");
            }
        }
        if (value.charAt(0) == '-') {
            throw new IllegalArgumentException("container id '" + value + "' must not start with '-'");
        }
    }

    /** The container of this name, if one can have it: for names that were found and not asked for. */
    public static Optional<ContainerId> find(String name) {
        try {
            return Optional.of(new ContainerId(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    // Spelled out, because what a record brings is linked at run time: a fiftieth of a second of a cold start.
    @Override
    public boolean equals(Object other) {
        return other instanceof ContainerId id && value.equals(id.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
