package dev.coffer.isolators.volume;

import dev.coffer.flag.Flag;
import dev.coffer.flag.Syntax;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Flags of the volume isolators. */
public final class VolumeFlags {
    public static final Flag<Optional<List<Path>>> FORCE_CREATION = Flag.optional(
                    "host_path_volume_force_creation",
                    new Directories(),
                    "Below these directories of the host, a volume's source is made as a directory if it is missing.")
            .whenUnset("a source must exist");

    private VolumeFlags() {}

    /** Absolute paths between colons. */
    private static final class Directories implements Syntax<List<Path>> {
        @Override
        public String label() {
            return "PATH[:PATH...]";
        }

        @Override
        public String expected() {
            return "absolute paths with ':' between them";
        }

        @Override
        public List<Path> parse(String text) {
            List<Path> paths = new ArrayList<>();
            for (String word : text.split(":", -1)) {
                if (!word.startsWith("/")) {
                    throw new IllegalArgumentException("'" + word + "' is not an absolute path");
                }
                paths.add(Path.of(word).normalize());
            }
            return paths;
        }
    }
}
