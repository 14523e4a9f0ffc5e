package dev.coffer.it.crash;

import dev.coffer.agent.Host;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.OptionalNamespaces;
import dev.coffer.container.OptionalNamespaces.ClockOffsets;
import dev.coffer.container.OptionalNamespaces.Mode;
import dev.coffer.container.OptionalNamespaces.Users;
import dev.coffer.containerizer.lifecycle.Stages;
import dev.coffer.it.support.Specs;
import dev.coffer.shim.ShimBinary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;

/**
 * An agent that launches one container and destroys it, and stops for good at a named point, where the test kills it.
 *
 * <p>A point is a stage of this process ({@code launch:…}, {@code undo:…}) or one of the launcher's test build, which
 * holds there if the file {@code hold} in the container's directory says so.
 */
public final class CrashAgent implements Stages {
    private final HostConfig config;
    private final ContainerId id;
    private final String point;

    private CrashAgent(HostConfig config, ContainerId id, String point) {
        this.config = config;
        this.id = id;
        this.point = point;
    }

    /** Arguments: work, runtime and store directory, cgroups root, launcher, image or "", id, point, users. */
    public static void main(String[] args) throws IOException, InterruptedException, ExecutionException {
        HostConfig config = new HostConfig(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]), args[3]);
        Optional<String> image = args[5].isEmpty() ? Optional.empty() : Optional.of(args[5]);
        ContainerId id = new ContainerId(args[6]);
        CrashAgent stages = new CrashAgent(config, id, args[7]);
        Host host = Host.open(config, stages, Optional.of(ShimBinary.of(Path.of(args[4]))));
        String script = args[7].endsWith("-status") ? "exit 7" : "exec sleep 1000";
        ContainerSpec spec = spec(id, image, script, Mode.valueOf(args[8]));
        host.containerizer().launch(spec);
        if (args[7].startsWith("undo:")) {
            host.containerizer().destroy(id).orElseThrow().get();
            throw new IllegalStateException("destroyed without ever reaching " + args[7]);
        }
        new CountDownLatch(1).await();
    }

    /** With users of its own a container has clocks of its own here, too. */
    static ContainerSpec spec(ContainerId id, Optional<String> image, String script, Mode users) {
        ContainerSpec spec = Specs.removed(Specs.script(id, image, script));
        OptionalNamespaces none = OptionalNamespaces.NONE.with(new Users(users, OptionalLong.empty()));
        OptionalNamespaces namespaces =
                users == Mode.HOST ? none : none.with(new ClockOffsets(Duration.ofHours(1), Duration.ofSeconds(-5)));
        return Specs.with(spec, spec.isolation().with(namespaces));
    }

    @Override
    public void reached(String stage) {
        try {
            if (stage.equals("launch:child") && !point.contains("launch:") && !point.contains("undo:")) {
                Files.writeString(config.runtimeDirectory().resolve("containers/" + id + "/hold"), point);
            }
            if (stage.equals(point)) {
                Files.createFile(config.runtimeDirectory().resolve("held"));
                new CountDownLatch(1).await();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
