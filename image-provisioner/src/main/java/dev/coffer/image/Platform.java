package dev.coffer.image;

import dev.coffer.linux.Machine;
import java.util.Optional;
import java.util.OptionalInt;

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
        return switch (arch) {
            case "x86_64" -> new Platform("linux", "amd64", Optional.of("v" + AmdLevel.ofThisHost()));
            case "aarch64" -> new Platform("linux", "arm64", Optional.of("v8"));
            default -> new Platform("linux", arch, Optional.empty());
        };
    }

    /** Whether an image for {@code offered} runs here. */
    public boolean runs(Platform offered) {
        return fitness(offered).isPresent();
    }

    /** How much of the processor an image for {@code offered} uses; empty if it needs more than there is. */
    public OptionalInt fitness(Platform offered) {
        if (!os.equals(offered.os) || !architecture.equals(offered.architecture)) {
            return OptionalInt.empty();
        }
        OptionalInt needed = level(offered);
        OptionalInt present = level(this);
        if (needed.isEmpty() || present.isEmpty()) {
            // names that are not levels are compared as they are
            return offered.variant.isEmpty() || offered.variant.equals(variant)
                    ? OptionalInt.of(0)
                    : OptionalInt.empty();
        }
        return needed.getAsInt() <= present.getAsInt() ? needed : OptionalInt.empty();
    }

    /** {@code v7} is 7; an image that does not say is for what every processor of its architecture can do. */
    private static OptionalInt level(Platform platform) {
        if (platform.variant.isEmpty() || platform.variant.get().isEmpty()) {
            return switch (platform.architecture) {
                case "amd64" -> OptionalInt.of(1);
                case "arm64" -> OptionalInt.of(8);
                case "arm" -> OptionalInt.of(7);
                default -> OptionalInt.empty();
            };
        }
        String text = platform.variant.get();
        boolean level = text.length() == 2 && text.charAt(0) == 'v' && Character.isDigit(text.charAt(1));
        return level ? OptionalInt.of(text.charAt(1) - '0') : OptionalInt.empty();
    }

    @Override
    public String toString() {
        return os + "/" + architecture + variant.map(v -> "/" + v).orElse("");
    }
}
