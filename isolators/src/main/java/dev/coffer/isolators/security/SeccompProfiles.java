package dev.coffer.isolators.security;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;

/** The built-in profile and those of a directory. Immutable; a file is read anew whenever it is asked for. */
final class SeccompProfiles {
    static final String BUILT_IN = "seccomp-default.json";
    /** SHA-256 of {@link #BUILT_IN}: a constant, so that a warm start need not read it. A test compares. */
    static final String BUILT_IN_DIGEST = "ec735b737a0cf8ea5cad778f77ebaeea962405c5b23f3e259380e963d5b955aa";

    private static final long MAX_BYTES = 4 << 20;

    private final Optional<Path> directory;
    private final Optional<Source> unasked;

    /**
     * Profiles of {@code directory}, if there is one.
     *
     * @param unasked name of the profile of containers that name none, or empty for the built-in one
     * @throws IsolationException if that profile cannot be used
     */
    SeccompProfiles(Optional<Path> directory, Optional<String> unasked) {
        this.directory = directory;
        this.unasked = unasked.map(name -> {
            Source source = read(name, Fault.HOST_SETUP);
            SeccompProfile unused = source.profile().get();
            return source;
        });
    }

    /**
     * A profile before it is parsed.
     *
     * @param digest of what {@code profile} is parsed from
     */
    record Source(String digest, Supplier<SeccompProfile> profile) {}

    /** The profile of a container that named this one, or none. */
    Source find(Optional<String> name) {
        if (name.isPresent()) {
            return read(name.get(), Fault.USER_SPEC);
        }
        return unasked.orElseGet(() -> new Source(BUILT_IN_DIGEST, SeccompProfiles::builtIn));
    }

    static SeccompProfile builtIn() {
        try (InputStream json = SeccompProfiles.class.getResourceAsStream(BUILT_IN)) {
            if (json == null) {
                throw new IllegalStateException("resource " + BUILT_IN + " is missing");
            }
            return SeccompProfileParser.parse(json.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Source read(String name, Fault fault) {
        if (!SeccompFlags.isName(name)) {
            throw new IsolationException(
                    fault,
                    "cannot use seccomp profile '" + name.replace('\0', '?')
                            + "': it must be a path without '..' that is relative to --seccomp_config_dir");
        }
        Path file = directory
                .orElseThrow(() -> new IsolationException(
                        fault,
                        "cannot use seccomp profile '" + name
                                + "': there is no directory of profiles; set --seccomp_config_dir"))
                .resolve(name);
        try {
            if (Files.isRegularFile(file) && Files.size(file) > MAX_BYTES) {
                throw new IsolationException(
                        fault, "cannot use seccomp profile " + file + ": it has more than " + MAX_BYTES + " bytes");
            }
            byte[] json = Files.readAllBytes(file);
            return new Source(digest(json), () -> parse(file, json, fault));
        } catch (NoSuchFileException e) {
            throw new IsolationException(fault, "cannot use seccomp profile " + file + ": no such file", e);
        } catch (IOException e) {
            throw new IsolationException(fault, "cannot read seccomp profile " + file + ": " + e.getMessage(), e);
        }
    }

    private static SeccompProfile parse(Path file, byte[] json, Fault fault) {
        try {
            return SeccompProfileParser.parse(json);
        } catch (IllegalArgumentException e) {
            throw new IsolationException(fault, "cannot use seccomp profile " + file + ": " + e.getMessage(), e);
        }
    }

    private static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
