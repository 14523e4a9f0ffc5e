package dev.coffer.cli.syntax;

import dev.coffer.container.HostVolume;
import dev.coffer.container.Volume.Propagation;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code HOST:CONTAINER[:ro|rw][,idmap]}. */
final class VolumeWords {
    private VolumeWords() {}

    static HostVolume parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length < 2 || parts.length > 3 || parts[0].isEmpty()) {
            throw new IllegalArgumentException("write HOST:CONTAINER or HOST:CONTAINER:ro");
        }
        boolean readOnly = false;
        boolean mapped = false;
        for (String option : parts.length == 3 ? parts[2].split(",", -1) : new String[0]) {
            switch (option) {
                case "ro" -> readOnly = true;
                case "rw" -> readOnly = false;
                case "idmap" -> mapped = true;
                default ->
                    throw new IllegalArgumentException("unknown mode '" + option + "'; there is ro, rw and idmap");
            }
        }
        Path host = Path.of(parts[0]).toAbsolutePath().normalize();
        if (!Files.exists(host)) {
            throw new IllegalArgumentException("there is no " + host + " on this host");
        }
        return new HostVolume(host, parts[1], readOnly, Propagation.PRIVATE, mapped);
    }
}
