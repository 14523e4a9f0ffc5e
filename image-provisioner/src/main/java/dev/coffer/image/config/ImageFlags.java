package dev.coffer.image.config;

import dev.coffer.flag.Flag;
import dev.coffer.flag.Syntax;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Flags that say where images come from and what they may be. */
public final class ImageFlags {
    public static final Flag<List<String>> PROVIDERS = Flag.of(
                    "image_providers",
                    Syntax.names(),
                    "docker",
                    "Kinds of images that can be run: docker, which OCI images are too.")
            .otherThanMesos("none", "images are what Coffer is mostly used with; a value without docker refuses them");

    public static final Flag<String> DOCKER_REGISTRY = Flag.of(
            "docker_registry",
            Syntax.text(),
            "https://registry-1.docker.io",
            "Where images without a registry in their name come from: URL of a registry, or a directory of NAME:TAG.tar.");

    public static final Flag<Optional<String>> DOCKER_CONFIG = Flag.optional(
                    "docker_config",
                    Syntax.text(),
                    "Credentials for registries: Docker's config.json, as a path or as JSON; see docs/images.md.")
            .whenUnset("anonymous");

    public static final Flag<Optional<String>> REGISTRIES = Flag.optional(
                    "image_registries",
                    Syntax.text(),
                    "Mirrors, certificate authorities and encryption by registry, as JSON; see docs/images.md.")
            .notInMesos()
            .whenUnset("no mirrors, and encrypted but on loopback");

    public static final Flag<Optional<String>> SIGNATURES = Flag.optional(
                    "image_signatures",
                    Syntax.text(),
                    "Which images must be signed and by which keys, as JSON; see docs/images.md.")
            .notInMesos()
            .whenUnset("none must");

    public static final Flag<Duration> STALL_TIMEOUT = Flag.of(
            "fetcher_stall_timeout",
            Syntax.duration(),
            "1mins",
            "How long a registry may send nothing or next to nothing before it is asked again.");

    public static final Flag<Long> MAX_DOCUMENT = Flag.of(
                    "image_max_document",
                    Syntax.bytes(),
                    "8MB",
                    "Most bytes of a manifest, an index, a configuration or a token server's answer.")
            .notInMesos();

    public static final Flag<Long> MAX_HEADER = Flag.of(
                    "image_max_header", Syntax.bytes(), "64KB", "Most bytes of the header of a registry's answer.")
            .notInMesos();

    public static final Flag<Long> MAX_LAYERS = Flag.of(
                    "image_max_layers", Syntax.number(1, 10_000), "512", "Most layers of an image.")
            .notInMesos();

    public static final Flag<Long> MAX_ENTRIES = Flag.of(
                    "image_max_entries",
                    Syntax.number(1, Long.MAX_VALUE),
                    "4000000",
                    "Most files in all layers of an image together.")
            .notInMesos();

    public static final Flag<Long> MAX_UNPACKED = Flag.of(
                    "image_max_unpacked",
                    Syntax.bytes(),
                    "32GB",
                    "Most bytes of all layers of an image together, uncompressed.")
            .notInMesos();

    public static final Flag<Boolean> FOREIGN_LAYERS = Flag.of(
                    "image_foreign_layers",
                    Syntax.bool(),
                    "false",
                    "Take layers that are marked as foreign from the registry too, instead of refusing them.")
            .notInMesos();

    /** In the order of the page of flags. */
    public static final List<Flag<?>> ALL = List.of(
            PROVIDERS,
            DOCKER_REGISTRY,
            DOCKER_CONFIG,
            REGISTRIES,
            SIGNATURES,
            STALL_TIMEOUT,
            MAX_DOCUMENT,
            MAX_HEADER,
            MAX_LAYERS,
            MAX_ENTRIES,
            MAX_UNPACKED,
            FOREIGN_LAYERS);

    private ImageFlags() {}
}
