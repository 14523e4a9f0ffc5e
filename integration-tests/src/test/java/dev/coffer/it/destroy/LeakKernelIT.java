package dev.coffer.it.destroy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.container.ContainerSpec;
import dev.coffer.it.support.HostSnapshot;
import dev.coffer.it.support.Specs;
import dev.coffer.it.support.TestHost;
import dev.coffer.testing.Depth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Many launches in a row leave the host exactly as it was. */
class LeakKernelIT {
    private static TestHost host;

    @BeforeAll
    static void openHost() throws IOException {
        host = new TestHost();
    }

    @AfterAll
    static void closeHost() throws IOException {
        host.close();
    }

    @Test
    void launchesInARowLeaveNothing() throws IOException, InterruptedException, ExecutionException, TimeoutException {
        launchOnce(); // loads classes, makes the cgroup root, compiles the filter
        HostSnapshot before = HostSnapshot.take(host.directories());
        long zombiesBefore = zombies();
        for (int i = 0; i < Depth.present().count(1000); i++) {
            launchOnce();
            failOnce(i);
        }

        before.assertNothingWasAdded(host.directories());
        assertThat(HostSnapshot.take(host.directories()).openDescriptors())
                .as("open descriptors of this process")
                .isLessThanOrEqualTo(before.openDescriptors());
        assertThat(zombies()).isEqualTo(zombiesBefore);
    }

    private static void launchOnce() throws InterruptedException, ExecutionException, TimeoutException {
        ContainerSpec spec = Specs.removed(host.script("true"));
        host.containerizer().launch(spec);
        host.awaitExit(spec.id());
        host.awaitDestroyed(spec.id());
    }

    /** Every tenth launch is one that cannot succeed. */
    private static void failOnce(int i) {
        if (i % 10 != 0) {
            return;
        }
        ContainerSpec spec = Specs.removed(Specs.as(host.script(""), Optional.empty(), true, "/no/such/command"));
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> host.containerizer().launch(spec))
                .hasMessageContaining("/no/such/command");
    }

    private static long zombies() throws IOException {
        long self = ProcessHandle.current().pid();
        try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
            return processes
                    .filter(path -> path.getFileName().toString().matches("[0-9]+"))
                    .filter(path -> isZombieOf(path, self))
                    .count();
        }
    }

    private static boolean isZombieOf(Path process, long parent) {
        try {
            String stat = Files.readString(process.resolve("stat"), java.nio.charset.StandardCharsets.ISO_8859_1);
            return stat.substring(stat.lastIndexOf(')') + 2).startsWith("Z " + parent + " ");
        } catch (IOException gone) {
            return false;
        }
    }
}
