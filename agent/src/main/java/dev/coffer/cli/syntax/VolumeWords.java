package dev.coffer.cli.syntax;

import dev.coffer.container.HostVolume;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code HOST:CONTAINER[:ro|rw]}. */
final class VolumeWords {
    private VolumeWords() {}

    static HostVolume parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length < 2 || parts.length > 3 || parts[0].isEmpty()) {
            throw new IllegalArgumentException("write HOST:CONTAINER or HOST:CONTAINER:ro");
        }
        boolean readOnly = parts.length == 3 && parts[2].equals("ro");
        if (parts.length == 3 && !readOnly && !parts[2].equals("rw")) {
            throw new IllegalArgumentException("unknown mode '" + parts[2] + "'; there is only ro and rw");
        }
        Path host = Path.of(parts[0]).toAbsolutePath().normalize();
        if (!Files.exists(host)) {
            throw new IllegalArgumentException("there is no " + host + " on this host");
        }
        return new HostVolume(host, parts[1], readOnly);
    }
}
