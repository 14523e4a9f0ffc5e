package dev.coffer.benchmarks.launch;

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
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A Coffer in this process, as a daemon would embed it. Thread-safe. */
final class CofferHost implements AutoCloseable {
    private static final Resources LIMITS =
            new Resources(OptionalDouble.of(2), OptionalLong.of(256L << 20), OptionalLong.of(128));

    private final StageClock stages = new StageClock();
    private final Host host;

    private CofferHost(HostConfig config) {
        host = Host.open(config, stages, Optional.empty());
    }

    /** Opens it and removes what an earlier bench left. */
    static CofferHost open(HostConfig config) throws IOException, InterruptedException {
        CofferHost opened = new CofferHost(config);
        opened.containers().recover();
        opened.removeAll();
        return opened;
    }

    Containerizer containers() {
        return host.containerizer();
    }

    /**
     * A container as an agent would ask for one, everything on: seccomp, capabilities, masks, no_new_privs, limits, logs.
     *
     * @param image empty for the host's own files
     */
    static ContainerSpec spec(String id, Optional<String> image, boolean init, List<String> command) {
        ProcessSpec process =
                new ProcessSpec(command, Optional.empty(), Map.of(), Optional.empty(), Optional.empty(), init);
        return new ContainerSpec(
                new ContainerId(id),
                image,
                process,
                LIMITS,
                IsolationSpec.DEFAULT,
                SecuritySpec.DEFAULT,
                new Stdio.SandboxFiles(),
                SandboxPolicy.REMOVE);
    }

    /** Launches it, waits for its end and removes it. */
    Sample.Lap launchToEnd(ContainerSpec spec, List<String> stepsOut) throws IOException, InterruptedException {
        stages.begin();
        containers().launch(spec);
        stages.reached("task runs, exit noticed");
        Termination end = await(containers().termination(spec.id()));
        stages.reached("destroy");
        await(containers().destroy(spec.id()));
        StageClock.Times times = stages.end();
        if (stepsOut.isEmpty()) {
            stepsOut.addAll(times.names());
        }
        return new Sample.Lap(end.shellStatus() != 0, times.total(), times.micros());
    }

    private static Termination await(Optional<CompletableFuture<Termination>> future)
            throws IOException, InterruptedException {
        try {
            return future.orElseThrow(() -> new IOException("the container is not known any more"))
                    .get();
        } catch (ExecutionException e) {
            throw new IOException("cannot end a container: " + e.getMessage(), e);
        }
    }

    /** Ends and removes every container. */
    void removeAll() throws IOException, InterruptedException {
        List<Optional<CompletableFuture<Termination>>> ends = new ArrayList<>();
        for (ContainerId id : containers().containers()) {
            ends.add(containers().destroy(id));
        }
        for (Optional<CompletableFuture<Termination>> end : ends) {
            if (end.isPresent()) {
                await(end);
            }
        }
    }

    @Override
    public void close() {
        host.close();
    }
}
