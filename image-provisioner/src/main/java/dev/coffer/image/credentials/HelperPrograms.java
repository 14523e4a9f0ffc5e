package dev.coffer.image.credentials;

import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Json;
import dev.coffer.linux.process.PluginProcess;
import dev.coffer.linux.process.PluginProcess.Ending;
import dev.coffer.linux.process.PluginProcess.Outcome;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code docker-credential-<name>} of the {@code PATH}. The server goes in by standard input, the answer comes by standard
 * output; nothing secret is ever an argument.
 *
 * @see <a href="https://github.com/docker/docker-credential-helpers#development">the protocol</a>
 */
public final class HelperPrograms implements CredentialPrograms {
    private static final int MAX_OUTPUT = 256 << 10;
    private static final String NOTHING_FOUND = "credentials not found";
    /** A helper says by this name that the secret is no password. */
    private static final String TOKEN_USER = "<token>";

    private final Map<String, String> environment;
    private final Duration timeout;

    /**
     * Programs on the {@code PATH} of an environment.
     *
     * @param environment of this process; flags in it are kept from the helpers
     */
    public HelperPrograms(Map<String, String> environment, Duration timeout) {
        Map<String, String> passed = new HashMap<>(environment);
        passed.keySet().removeIf(name -> name.startsWith("COFFER_") || name.startsWith("MESOS_"));
        this.environment = Map.copyOf(passed);
        this.timeout = timeout;
    }

    @Override
    public Optional<Credential> get(String helper, String server) throws IOException {
        Path program = find(helper);
        Outcome outcome;
        try {
            outcome = PluginProcess.run(
                    program,
                    java.util.List.of("get"),
                    environment,
                    server.getBytes(StandardCharsets.UTF_8),
                    timeout,
                    MAX_OUTPUT);
        } catch (IOException e) {
            throw new IOException("cannot run credential helper " + program + ": " + e.getMessage(), e);
        }
        if (outcome.ending() == Ending.EXITED && outcome.status() == 0) {
            return answer(program, outcome.output());
        }
        if (outcome.ending() == Ending.EXITED && outcome.output().startsWith(NOTHING_FOUND)) {
            return Optional.empty();
        }
        String cause = outcome.ending() == Ending.EXITED
                ? "it ended with status " + outcome.status() + "; to see why, run: echo " + server + " | " + program
                        + " get"
                : outcome.ending() == Ending.TIMED_OUT
                        ? "it did not end within " + timeout.toSeconds() + " s"
                        : "its answer has more than " + MAX_OUTPUT + " bytes";
        throw new IOException("cannot get credentials for " + server + " from " + program + ": " + cause);
    }

    private Path find(String helper) throws IOException {
        boolean plain = !helper.isEmpty()
                && helper.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.');
        if (!plain) {
            throw new IOException("cannot run a credential helper whose name is not letters, digits, '-', '_' and '.'");
        }
        String name = "docker-credential-" + helper;
        for (String directory : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path program = Path.of(directory, name);
            if (program.isAbsolute() && Files.isRegularFile(program) && Files.isExecutable(program)) {
                return program;
            }
        }
        throw new IOException("cannot run credential helper " + name + ": it is not on the PATH; install it");
    }

    private static Optional<Credential> answer(Path program, String output) throws IOException {
        try {
            Json json = Json.confidential("answer", output.getBytes(StandardCharsets.UTF_8));
            String user = json.text("Username").orElse("");
            String secret = json.requiredText("Secret");
            if (secret.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(
                    user.equals(TOKEN_USER)
                            ? new Credential.IdentityToken(secret)
                            : new Credential.Basic(user, secret));
        } catch (InvalidImageException e) {
            throw new IOException("cannot use the answer of credential helper " + program + ": " + e.getMessage());
        }
    }
}
