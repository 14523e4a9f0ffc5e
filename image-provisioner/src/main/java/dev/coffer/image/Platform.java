package dev.coffer.image;

import dev.coffer.linux.Machine;
import java.util.Optional;

/**
 * Operating system and processor, in Go's words.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-index.md">OCI image index, platform</a>
 */
public record Platform(String os, String architecture, Optional<String> variant) {
    static Platform from(Json json) throws InvalidImageException {
        return new Platform(
                json.text("os").orElse(""), json.text("architecture").orElse(""), json.text("variant"));
    }

    /** What this JVM runs on. */
    public static Platform host() {
        String arch = Machine.architecture();
        return new Platform(
                "linux",
                switch (arch) {
                    case "x86_64" -> "amd64";
                    case "aarch64" -> "arm64";
                    default -> arch;
                },
                Optional.empty());
    }

    /** Whether an image for {@code offered} runs here. A variant is a detail of the processor we do not judge. */
    public boolean runs(Platform offered) {
        return os.equals(offered.os) && architecture.equals(offered.architecture);
    }

    @Override
    public String toString() {
        return os + "/" + architecture + variant.map(v -> "/" + v).orElse("");
    }
}
