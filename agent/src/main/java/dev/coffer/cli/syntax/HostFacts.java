package dev.coffer.cli.syntax;

import dev.coffer.agent.config.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntSupplier;

/**
 * What of this host a command line is checked against.
 *
 * @param processors how many are online; asked only if an option needs it
 */
public record HostFacts(Surroundings surroundings, IntSupplier processors) {
    private static final Path ONLINE = Path.of("/sys/devices/system/cpu/online");

    public static HostFacts ofThisHost(Surroundings surroundings) {
        return new HostFacts(surroundings, HostFacts::onlineProcessors);
    }

    /** Of the host; what the JVM counts may be only those that this process is held to. */
    private static int onlineProcessors() {
        try {
            return count(Files.readString(ONLINE).strip());
        } catch (IOException | NumberFormatException e) {
            return Runtime.getRuntime().availableProcessors();
        }
    }

    /** How many numbers a list such as {@code 0-3,8} names. */
    static int count(String list) {
        int count = 0;
        for (String range : list.split(",", -1)) {
            int dash = range.indexOf('-');
            count += dash < 0
                    ? 1
                    : Integer.parseInt(range.substring(dash + 1)) - Integer.parseInt(range.substring(0, dash)) + 1;
        }
        return count;
    }
}
