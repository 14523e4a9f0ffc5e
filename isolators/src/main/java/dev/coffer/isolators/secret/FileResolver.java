package dev.coffer.isolators.secret;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.container.Secret;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.SecretResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Secrets that are files of a directory: {@code <secret_dir>/<name>}, or {@code <secret_dir>/<name>/<key>}. */
final class FileResolver implements SecretResolver {
    static final String NAME = "file";

    private static final long MAX_BYTES = 128 * 1024;

    private final ValueResolver values = new ValueResolver();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte[] resolve(Secret secret, FlagValues flags) {
        if (!(secret instanceof Secret.Reference reference)) {
            return values.resolve(secret, flags);
        }
        Path directory = flags.get(SecretFlags.DIRECTORY)
                .orElseThrow(() -> fault(reference, "there is no directory of secrets; set --secret_dir"));
        String path = reference.key().isEmpty() ? reference.name() : reference.name() + "/" + reference.key();
        try {
            Path root = directory.toRealPath();
            Path file = root.resolve(plain(reference, path)).toRealPath();
            if (!file.startsWith(root) || !Files.isRegularFile(file)) {
                throw fault(reference, "it is not a file in --secret_dir");
            }
            if (Files.size(file) > MAX_BYTES) {
                throw fault(reference, "it has more than " + MAX_BYTES + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw fault(reference, "no such file in --secret_dir");
        } catch (IOException e) {
            throw fault(reference, "it cannot be read (" + e + ")");
        }
    }

    private static String plain(Secret.Reference reference, String path) {
        if (path.indexOf('\0') >= 0 || path.startsWith("/")) {
            throw fault(reference, "it must be a path relative to --secret_dir");
        }
        return path;
    }

    private static IsolationException fault(Secret.Reference reference, String cause) {
        return new IsolationException(
                Fault.USER_SPEC, "cannot resolve secret '" + reference.name().replace('\0', '?') + "': " + cause);
    }
}
