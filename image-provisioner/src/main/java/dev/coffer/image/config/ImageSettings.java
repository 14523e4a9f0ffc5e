package dev.coffer.image.config;

import dev.coffer.container.Fault;
import dev.coffer.flag.FlagValues;
import dev.coffer.image.DefaultRegistry;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.credentials.CredentialSource;
import dev.coffer.image.credentials.DockerConfig;
import dev.coffer.image.credentials.HelperPrograms;
import dev.coffer.image.registry.Registries;
import dev.coffer.image.registry.RegistryHosts;
import dev.coffer.image.registry.RegistrySettings;
import dev.coffer.image.signature.SignaturePolicy;
import dev.coffer.image.source.SourceLimits;
import dev.coffer.image.unpack.UnpackLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the flags of images come to. Thread-safe. */
public final class ImageSettings {
    public static final ImageSettings DEFAULT = new ImageSettings(FlagValues.DEFAULTS, Map.of());

    private static final String PROVIDER = "docker";
    private static final int MAX_CONFIG_BYTES = 16 << 20;
    private static final Duration HELPER_TIMEOUT = Duration.ofSeconds(60);
    private static final int MAX_RATIO = UnpackLimits.DEFAULT.maxRatio();

    private final FlagValues flags;
    private final Map<String, String> environment;
    private final DefaultRegistry defaultRegistry;
    private @Nullable Registries registries;
    private @Nullable SignaturePolicy signatures;

    /**
     * Settings.
     *
     * @param environment of this process, for credential helpers
     * @throws IllegalArgumentException naming the flag that cannot be used
     */
    public ImageSettings(FlagValues flags, Map<String, String> environment) {
        this.flags = flags;
        this.environment = Map.copyOf(environment);
        for (String provider : flags.get(ImageFlags.PROVIDERS)) {
            if (!provider.toLowerCase(Locale.ROOT).equals(PROVIDER) && !provider.equals("none")) {
                throw new IllegalArgumentException(
                        "cannot use --image_providers '" + provider + "': expected docker, or none to refuse all images"
                                + (isAppc(provider) ? "; appc is obsolete" : ""));
            }
        }
        try {
            this.defaultRegistry = DefaultRegistry.parse(flags.get(ImageFlags.DOCKER_REGISTRY));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("cannot use --docker_registry: " + e.getMessage(), e);
        }
    }

    private static boolean isAppc(String provider) {
        return provider.toLowerCase(Locale.ROOT).equals("appc");
    }

    /** Whether any image may be run. */
    public boolean allowsImages() {
        return flags.get(ImageFlags.PROVIDERS).stream()
                .anyMatch(provider -> provider.toLowerCase(Locale.ROOT).equals(PROVIDER));
    }

    /** For references without a registry. */
    public DefaultRegistry defaultRegistry() {
        return defaultRegistry;
    }

    public SourceLimits sourceLimits() {
        return new SourceLimits(
                clamped(flags.get(ImageFlags.MAX_DOCUMENT)),
                clamped(flags.get(ImageFlags.MAX_LAYERS)),
                flags.get(ImageFlags.FOREIGN_LAYERS));
    }

    public UnpackLimits unpackLimits() {
        return new UnpackLimits(flags.get(ImageFlags.MAX_UNPACKED), flags.get(ImageFlags.MAX_ENTRIES), MAX_RATIO);
    }

    private static int clamped(long value) {
        return (int) Math.min(value, 1 << 30);
    }

    /**
     * The registries.
     *
     * @throws InvalidImageException if a flag has a document that cannot be used
     */
    public synchronized Registries registries() throws IOException {
        Registries made = registries;
        if (made == null) {
            made = new Registries(registrySettings(), credentials());
            registries = made;
        }
        return made;
    }

    /**
     * What must be signed.
     *
     * @throws InvalidImageException if it or a key cannot be used
     */
    public synchronized SignaturePolicy signatures() throws InvalidImageException {
        SignaturePolicy read = signatures;
        if (read == null) {
            Optional<String> text = flags.get(ImageFlags.SIGNATURES);
            read = text.isEmpty()
                    ? SignaturePolicy.NONE
                    : SignaturePolicy.parse(text.get().getBytes(StandardCharsets.UTF_8));
            signatures = read;
        }
        return read;
    }

    /** Whether any image must be signed. */
    public boolean hasSignatures() {
        return flags.get(ImageFlags.SIGNATURES).isPresent();
    }

    private RegistrySettings registrySettings() throws InvalidImageException {
        Optional<String> text = flags.get(ImageFlags.REGISTRIES);
        RegistryHosts hosts = text.isEmpty()
                ? RegistryHosts.NONE
                : RegistryHosts.parse(text.get().getBytes(StandardCharsets.UTF_8));
        if (defaultRegistry.isPlain()) {
            hosts = hosts.withPlain(defaultRegistry.host());
        }
        RegistrySettings.Patience patience = RegistrySettings.Patience.DEFAULT;
        return new RegistrySettings(
                hosts,
                sourceLimits(),
                clamped(flags.get(ImageFlags.MAX_HEADER)),
                new RegistrySettings.Patience(
                        patience.connect(),
                        flags.get(ImageFlags.STALL_TIMEOUT),
                        patience.attempts(),
                        patience.firstPause()),
                environment);
    }

    private CredentialSource credentials() throws IOException {
        Optional<String> config = flags.get(ImageFlags.DOCKER_CONFIG);
        if (config.isEmpty()) {
            return CredentialSource.NONE;
        }
        String where = "--" + ImageFlags.DOCKER_CONFIG.name();
        byte[] document = config.get().startsWith("/")
                ? content(where, Path.of(config.get()))
                : config.get().getBytes(StandardCharsets.UTF_8);
        return DockerConfig.parse(where, document, new HelperPrograms(environment, HELPER_TIMEOUT));
    }

    private static byte[] content(String where, Path file) throws InvalidImageException {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MAX_CONFIG_BYTES) {
                throw new InvalidImageException(
                        Fault.HOST_SETUP, "cannot use " + where + " " + file + ": it is no file of at most 16 MB");
            }
            return Files.readAllBytes(file);
        } catch (InvalidImageException e) {
            throw e;
        } catch (IOException e) {
            throw new InvalidImageException(
                    Fault.HOST_SETUP, "cannot use " + where + " " + file + ": it cannot be read: " + e.getMessage());
        }
    }
}
