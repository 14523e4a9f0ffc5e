package dev.coffer.isolators.security;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The AppArmor profiles that the kernel has loaded now, one line each: {@code name (enforce)}. */
record LoadedProfiles(Path file) {
    static final String FILE = "/sys/kernel/security/apparmor/profiles";

    private static final int MAX_BYTES = 4 << 20;

    boolean contains(String name) throws IOException {
        for (String line : text().split("\n", -1)) {
            int mode = line.lastIndexOf(" (");
            if (mode > 0 && line.substring(0, mode).equals(name)) {
                return true;
            }
        }
        return false;
    }

    private String text() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
        }
    }
}
