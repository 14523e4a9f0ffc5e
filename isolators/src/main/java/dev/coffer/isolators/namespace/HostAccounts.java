package dev.coffer.isolators.namespace;

import dev.coffer.flag.NumberRange;
import dev.coffer.isolators.host.HostFacts;
import java.util.List;
import java.util.Optional;

/** Who else on the host has users or groups of a range: accounts, and what is delegated to other users' containers. */
record HostAccounts(HostFacts host) {
    private static final List<String> ACCOUNTS = List.of("/etc/passwd", "/etc/group");
    private static final List<String> DELEGATED = List.of("/etc/subuid", "/etc/subgid");
    private static final String NUMBER = "[0-9]{1,10}";

    /** A sentence about the first that is found. */
    Optional<String> conflict(List<NumberRange> ranges) {
        for (NumberRange range : ranges) {
            for (String file : ACCOUNTS) {
                Optional<String> found = account(file, range);
                if (found.isPresent()) {
                    return found;
                }
            }
            for (String file : DELEGATED) {
                Optional<String> found = delegation(file, range);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> account(String file, NumberRange range) {
        for (String line : host.lines(file)) {
            String[] words = line.split(":", -1);
            if (words.length > 2 && words[2].matches(NUMBER) && range.contains(Long.parseLong(words[2]))) {
                return Optional.of("'" + words[0] + "' of " + file + " has id " + words[2]);
            }
        }
        return Optional.empty();
    }

    private Optional<String> delegation(String file, NumberRange range) {
        for (String line : host.lines(file)) {
            Optional<NumberRange> other = delegated(line);
            if (other.isPresent()
                    && other.get().first() <= range.last()
                    && range.first() <= other.get().last()) {
                return Optional.of(
                        file + " gives '" + line.substring(0, line.indexOf(':')) + "' the ids " + other.get());
            }
        }
        return Optional.empty();
    }

    private static Optional<NumberRange> delegated(String line) {
        String[] words = line.split(":", -1);
        if (words.length != 3 || !words[1].matches(NUMBER) || !words[2].matches(NUMBER) || words[2].equals("0")) {
            return Optional.empty();
        }
        long first = Long.parseLong(words[1]);
        return Optional.of(new NumberRange(first, first + Long.parseLong(words[2]) - 1));
    }
}
