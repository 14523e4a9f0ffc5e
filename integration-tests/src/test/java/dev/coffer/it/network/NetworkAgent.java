package dev.coffer.it.network;

import dev.coffer.agent.Host;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.container.ContainerId;
import dev.coffer.containerizer.lifecycle.Stages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** An agent that launches one container in a network and holds at a stage, where the test kills it. */
public final class NetworkAgent implements Stages {
    private final Path held;
    private final String stage;

    private NetworkAgent(Path held, String stage) {
        this.held = held;
        this.stage = stage;
    }

    /** Arguments: image, id, port of the host, stage, file to make on reaching it, flags as NAME=VALUE. */
    public static void main(String[] args) throws InterruptedException {
        Map<String, String> flags = new HashMap<>();
        for (int i = 5; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            flags.put(args[i].substring(0, equals), args[i].substring(equals + 1));
        }
        HostConfig config = configOf(flags);
        Host host = Host.open(config, new NetworkAgent(Path.of(args[4]), args[3]), Optional.empty());
        host.containerizer()
                .launch(NetworkSpecs.removed(NetworkSpecs.published(
                        new ContainerId(args[1]), Optional.of(args[0]), Integer.parseInt(args[2]), "exec sleep 1000")));
        new CountDownLatch(1).await();
    }

    /** As the environment of an agent would set them. */
    static HostConfig configOf(Map<String, String> flags) {
        Map<String, String> environment = new HashMap<>();
        flags.forEach((name, value) -> environment.put("COFFER_" + name.toUpperCase(Locale.ROOT), value));
        return HostConfig.of(environment);
    }

    @Override
    public void reached(String reached) {
        if (!reached.equals(stage)) {
            return;
        }
        try {
            Files.createFile(held);
            new CountDownLatch(1).await();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
