package dev.coffer.it.support;

import dev.coffer.agent.Host;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Containerizer;
import dev.coffer.container.Termination;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** A host of one test class with a busybox image in its store. */
public final class TestHost implements AutoCloseable {
    private static final int TIMEOUT_SECONDS = Launchers.emulated() ? 300 : 60;

    private final TestDirectories directories;
    private final HostConfig config;
    private final Host host;
    private final Optional<String> image;
    private int next;

    public TestHost() throws IOException {
        this(directories -> Map.of());
    }

    /**
     * A host with these settings besides.
     *
     * @param settings {@code COFFER_<FLAG>} with their values, for given directories
     */
    public TestHost(Function<TestDirectories, Map<String, String>> settings) throws IOException {
        this(new TestDirectories(), settings);
    }

    /**
     * A host with these settings besides, in these directories.
     *
     * @param settings {@code COFFER_<FLAG>} with their values, for given directories
     */
    public TestHost(TestDirectories directories, Function<TestDirectories, Map<String, String>> settings)
            throws IOException {
        this.directories = directories;
        image = Optional.of(BusyboxImage.write(directories.base().resolve("image")));
        HostConfig places = directories.config();
        Map<String, String> environment = new HashMap<>(settings.apply(directories));
        environment.put("COFFER_WORK_DIR", places.workDirectory().toString());
        environment.put("COFFER_RUNTIME_DIR", places.runtimeDirectory().toString());
        environment.put("COFFER_DOCKER_STORE_DIR", places.storeDirectory().toString());
        environment.put("COFFER_CGROUPS_ROOT", places.cgroupsRoot());
        config = HostConfig.of(environment);
        host = Host.open(config);
        host.recover();
    }

    /** How a container ended and what it wrote. */
    public record Result(Termination termination, String stdout, String stderr) {}

    public TestDirectories directories() {
        return directories;
    }

    /** What it was opened with. */
    public HostConfig config() {
        return config;
    }

    public Host host() {
        return host;
    }

    public Containerizer containerizer() {
        return host.containerizer();
    }

    public Optional<String> image() {
        return image;
    }

    /** A name that was not used before. */
    public synchronized ContainerId newId() {
        return new ContainerId(directories.prefix() + "c" + next++);
    }

    /** A spec that runs this shell script in the image. */
    public ContainerSpec script(String script) {
        return Specs.script(newId(), image, script);
    }

    /** Runs to the end, destroys, and reads what the sandbox kept. */
    public Result run(ContainerSpec spec)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        containerizer().launch(spec);
        Termination termination = awaitExit(spec.id());
        awaitDestroyed(spec.id());
        return new Result(termination, output(spec.id(), "stdout"), output(spec.id(), "stderr"));
    }

    public Termination awaitExit(ContainerId id) throws InterruptedException, ExecutionException, TimeoutException {
        return containerizer().termination(id).orElseThrow().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    public Termination awaitDestroyed(ContainerId id)
            throws InterruptedException, ExecutionException, TimeoutException {
        return containerizer().destroy(id).orElseThrow().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    /** What a kept sandbox has in {@code stdout} or {@code stderr}. */
    public String output(ContainerId id, String stream) throws IOException {
        Path file = directories.config().workDirectory().resolve("sandboxes/" + id + "/" + stream);
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        for (ContainerId id : containerizer().containers()) {
            containerizer()
                    .destroy(id)
                    .ifPresent(destroyed -> destroyed
                            .exceptionally(failure -> {
                                throw new IllegalStateException(failure);
                            })
                            .join());
        }
        host.close();
        directories.close();
    }
}
