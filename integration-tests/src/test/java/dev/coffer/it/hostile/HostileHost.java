package dev.coffer.it.hostile;

import dev.coffer.agent.config.HostConfig;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.HostVolume;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.SecuritySpec.SeccompMode;
import dev.coffer.it.support.BusyboxImage;
import dev.coffer.it.support.BusyboxImage.Addition;
import dev.coffer.it.support.Launchers;
import dev.coffer.it.support.Specs;
import dev.coffer.it.support.TestDirectories;
import dev.coffer.it.support.TestHost;
import dev.coffer.it.support.TestHost.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** A host whose images have the program {@code hostile} in them. */
final class HostileHost implements AutoCloseable {
    private final TestHost host;
    private final String image;
    private int images;

    HostileHost() throws IOException {
        this(directories -> Map.of());
    }

    /** With settings as {@link TestHost} takes them. */
    HostileHost(Function<TestDirectories, Map<String, String>> settings) throws IOException {
        this(new TestDirectories(), settings);
    }

    private HostileHost(TestDirectories directories, Function<TestDirectories, Map<String, String>> settings)
            throws IOException {
        host = new TestHost(directories, settings);
        image = image(Set.of());
    }

    /** One whose containers have users of their own unless they say otherwise. */
    static HostileHost withOwnUsers() throws IOException {
        return new HostileHost(TestDirectories.mappable(), directories -> Map.of("COFFER_USERNS_DEFAULT", "auto"));
    }

    TestHost host() {
        return host;
    }

    /** An image of the same with these on top, and without some of what it has. */
    String image(Set<String> without, Addition... additions) throws IOException {
        List<Addition> all = new ArrayList<>();
        all.add(BusyboxImage.program("bin/hostile", Launchers.hostile()));
        all.add(BusyboxImage.zeroes("etc/hostile-image", 1));
        all.addAll(List.of(additions));
        return BusyboxImage.write(host.directories().base().resolve("hostile" + images++), all, without);
    }

    HostConfig config() {
        return host.config();
    }

    Path directory(String name) throws IOException {
        return Files.createDirectory(host.directories().base().resolve(name));
    }

    ContainerSpec script(String script) {
        return Specs.script(host.newId(), Optional.of(image), script);
    }

    ContainerSpec script(String fromImage, String script) {
        return Specs.script(host.newId(), Optional.of(fromImage), script);
    }

    /** What the script wrote to standard output, without the last line's end. */
    String run(String script) throws IOException, InterruptedException, ExecutionException, TimeoutException {
        return run(script(script));
    }

    String run(ContainerSpec spec) throws IOException, InterruptedException, ExecutionException, TimeoutException {
        Result result = host.run(spec);
        return (result.stdout() + result.stderr()).strip();
    }

    /** With capabilities that somebody may have granted, no filter and set-user-ID programs that work. */
    static ContainerSpec powerful(ContainerSpec spec, String... capabilities) {
        return Specs.with(
                spec, new SecuritySpec(Optional.of(Set.of(capabilities)), false, SeccompMode.UNCONFINED, Map.of()));
    }

    static ContainerSpec with(ContainerSpec spec, HostVolume... volumes) {
        return Specs.with(spec, new IsolationSpec(NetworkMode.NONE, Optional.empty(), List.of(volumes)));
    }

    @Override
    public void close() throws IOException {
        host.close();
    }
}
