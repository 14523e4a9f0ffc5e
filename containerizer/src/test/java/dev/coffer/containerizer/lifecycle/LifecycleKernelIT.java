package dev.coffer.containerizer.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.container.ContainerException.LaunchException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.ContainerSpec.SandboxPolicy;
import dev.coffer.container.Fault;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.ProcessSpec;
import dev.coffer.container.Resources;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.Stdio;
import dev.coffer.container.Termination;
import dev.coffer.container.Termination.Reason;
import dev.coffer.containerizer.CofferContainerizer;
import dev.coffer.containerizer.state.RuntimeLayout;
import dev.coffer.rootfs.Rootfs;
import dev.coffer.rootfs.RootfsHandle;
import dev.coffer.rootfs.RootfsProvider;
import dev.coffer.shim.ShimBinary;
import dev.coffer.shim.ShimLauncher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a launch that breaks off before there is a process. */
@Timeout(60)
class LifecycleKernelIT {
    @TempDir
    private Path directory;

    private RuntimeLayout layout() {
        return new RuntimeLayout(directory.resolve("run"), directory.resolve("work"));
    }

    private Lifecycle open(Supplier<Rootfs> image) throws IOException {
        Isolation isolation =
                new Isolation(List.of(), List.of(), spec -> Set.of(), new Scripted(image), LifecycleKernelIT::unasked);
        return Lifecycle.open(layout(), isolation, new ShimLauncher(ShimBinary.release()), Stages.NONE);
    }

    /** Has one image, and this is what becomes of it. */
    private record Scripted(Supplier<Rootfs> image) implements RootfsProvider {
        @Override
        public RootfsHandle rootfsFor(ContainerId id, Path sandbox) {
            return new RootfsHandle() {
                @Override
                public Rootfs create(String reference) {
                    return image.get();
                }

                @Override
                public void close() {
                    // nothing was made
                }
            };
        }

        @Override
        public Set<ContainerId> discover() {
            return Set.of();
        }
    }

    private static ContainerSpec spec() {
        return new ContainerSpec(
                new ContainerId("c"),
                Optional.of("an-image"),
                ProcessSpec.of("true"),
                Resources.UNLIMITED,
                IsolationSpec.DEFAULT,
                SecuritySpec.DEFAULT,
                new Stdio.SandboxFiles(),
                SandboxPolicy.KEEP);
    }

    private static Rootfs unasked() {
        throw new AssertionError("nobody asks for a root file system");
    }

    private static int descriptors() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return (int) open.count();
        }
    }

    @Test
    void stopsPullingAnImageWhenTheContainerIsDestroyed() throws Exception {
        CountDownLatch pulling = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Supplier<Rootfs> endless = () -> {
            pulling.countDown();
            try {
                never.await();
                throw new AssertionError("the pull came to an end");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // as whoever was interrupted should
                throw new ImageException(Fault.REMOTE, "cannot pull image: interrupted", e);
            }
        };
        try (Lifecycle lifecycle = open(endless)) {
            CompletableFuture<Boolean> launch = CompletableFuture.supplyAsync(() -> {
                assertThatThrownBy(() -> lifecycle.launch(spec())).isInstanceOf(ImageException.class);
                return Thread.currentThread().isInterrupted();
            });
            pulling.await();

            Termination end =
                    lifecycle.destroy(new ContainerId("c")).orElseThrow().get(20, TimeUnit.SECONDS);

            assertThat(end.reason()).isEqualTo(Reason.LAUNCH_FAILED);
            assertThat(launch.get()).as("the caller is not left interrupted").isFalse();
            assertThat(lifecycle.containers()).isEmpty();
            assertThat(layout().containers()).isEmptyDirectory();
            assertThat(layout().sandboxes()).isEmptyDirectory();
        }
    }

    @Test
    void endsALaunchThatAnErrorBrokeOff() throws Exception {
        CompletableFuture<Optional<CompletableFuture<Termination>>> seen = new CompletableFuture<>();
        Lifecycle[] self = new Lifecycle[1];
        try (Lifecycle lifecycle = open(() -> {
            seen.complete(self[0].termination(new ContainerId("c")));
            throw new StackOverflowError("too deep");
        })) {
            self[0] = lifecycle;

            assertThatThrownBy(() -> lifecycle.launch(spec())).isInstanceOf(StackOverflowError.class);

            Termination end = seen.get().orElseThrow().get(20, TimeUnit.SECONDS);
            assertThat(end.reason()).isEqualTo(Reason.LAUNCH_FAILED);
            assertThat(end.message()).isEqualTo("too deep");
            assertThat(lifecycle.containers()).isEmpty();
            assertThat(layout().containers()).isEmptyDirectory();
            assertThat(layout().sandboxes()).isEmptyDirectory();
        }
    }

    @Test
    void keepsNothingOfAHostThatCouldNotBeOpened() throws IOException {
        Files.writeString(directory.resolve("run"), "a file where the runtime directory belongs");
        Isolation isolation = new Isolation(
                List.of(),
                List.of(),
                spec -> Set.of(),
                new Scripted(LifecycleKernelIT::unasked),
                LifecycleKernelIT::unasked);
        open("run elsewhere");
        int before = descriptors();

        for (int i = 0; i < 10; i++) {
            ShimLauncher shim = new ShimLauncher(ShimBinary.release());
            assertThatThrownBy(() -> CofferContainerizer.open(layout(), isolation, shim, Stages.NONE))
                    .isInstanceOf(LaunchException.class);
        }

        assertThat(descriptors()).isLessThanOrEqualTo(before + 2);
    }

    /** Loads whatever classes and libraries keep descriptors. */
    private void open(String elsewhere) throws IOException {
        RuntimeLayout other = new RuntimeLayout(directory.resolve(elsewhere), directory.resolve(elsewhere + " work"));
        Isolation isolation = new Isolation(
                List.of(),
                List.of(),
                spec -> Set.of(),
                new Scripted(LifecycleKernelIT::unasked),
                LifecycleKernelIT::unasked);
        CofferContainerizer.open(other, isolation, new ShimLauncher(ShimBinary.release()), Stages.NONE)
                .close();
    }
}
