package dev.coffer.it.embedding;

import dev.coffer.agent.Host;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.ContainerSpec.SandboxPolicy;
import dev.coffer.container.Containerizer;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.ProcessSpec;
import dev.coffer.container.Resources;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.Stdio;
import dev.coffer.container.Termination;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The life of a container as a program sees it that embeds Coffer; README.md and docs/embedding.md quote it. */
final class EmbeddingExample {
    private static final int SIGTERM = 15;

    private EmbeddingExample() {}

    static Termination whole(HostConfig config, String image) throws InterruptedException, ExecutionException {
        // begin: whole
        try (Host host = Host.open(config)) {
            host.recover(); // containers of an earlier process are known again, left-overs are gone
            ContainerId id = new ContainerId("web-3");
            host.containerizer().launch(spec(id, Optional.of(image), "/bin/sh", "-c", "exit 3"));
            Termination end = host.containerizer().termination(id).orElseThrow().get();
            host.containerizer().destroy(id).orElseThrow().get();
            return end;
        }
        // end: whole
    }

    // begin: spec
    /** Half a processor, 64 MB, 32 processes; output into the sandbox, which goes when the container does. */
    static ContainerSpec spec(ContainerId id, Optional<String> image, String... command) {
        return new ContainerSpec(
                id,
                image,
                ProcessSpec.of(command),
                new Resources(OptionalDouble.of(0.5), OptionalLong.of(64 << 20), OptionalLong.of(32)),
                IsolationSpec.DEFAULT,
                SecuritySpec.DEFAULT,
                new Stdio.SandboxFiles(),
                SandboxPolicy.REMOVE);
    }
    // end: spec

    // begin: run
    static Termination run(Host host, ContainerSpec spec) throws InterruptedException, ExecutionException {
        Containerizer containers = host.containerizer();
        containers.launch(spec); // returns when the task runs, throws ContainerException if it cannot
        Termination end = containers.termination(spec.id()).orElseThrow().get();
        containers.destroy(spec.id()).orElseThrow().get(); // from here on nothing of it is on the host
        return end;
    }
    // end: run

    // begin: stop
    static Termination stop(Host host, ContainerId id, Duration grace) throws InterruptedException, ExecutionException {
        Containerizer containers = host.containerizer();
        containers.kill(id, SIGTERM);
        try {
            containers.termination(id).orElseThrow().get(grace.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillRuns) {
            // destroy kills it
        }
        return containers.destroy(id).orElseThrow().get();
    }
    // end: stop
}
