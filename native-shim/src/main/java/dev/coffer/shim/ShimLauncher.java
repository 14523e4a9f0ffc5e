package dev.coffer.shim;

import dev.coffer.container.ContainerId;
import dev.coffer.isolation.LaunchPlan;
import dev.coffer.linux.process.Descriptor;
import dev.coffer.linux.process.Descriptor.OpenMode;
import dev.coffer.linux.process.EventCounter;
import dev.coffer.linux.process.MemoryFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/** Starts containers through the C launcher. Thread-safe. */
public final class ShimLauncher implements AutoCloseable {
    private final ShimBinary binary;
    private Optional<Prefork> prefork = Optional.empty();

    public ShimLauncher(ShimBinary binary) {
        this.binary = binary;
    }

    /** Has a launcher made, if none waits, while the caller does something else. A failure to make it shows when it is taken. */
    public void prepare() throws IOException {
        Prefork source = source();
        try {
            source.refill();
        } catch (IOException e) {
            replace(source, e).refill();
        }
    }

    /**
     * Starts the launcher on a plan. The child is not ready yet: {@link Child#awaitReady} follows.
     *
     * @param runtimeDirectory where the supervisor leaves its records
     * @return a child that ends by itself if this process dies before {@link Child#release}
     */
    public Child start(ContainerId id, LaunchPlan plan, Path runtimeDirectory, StandardStreams streams)
            throws IOException {
        byte[] encoded = LaunchPlanEncoder.encode(plan);
        Prefork.Launcher launcher = take();
        Child child;
        try {
            child = child(launcher, ListenerHandover.of(id, plan, runtimeDirectory));
        } catch (IOException e) {
            launcher.control().close(); // ends it
            launcher.process().close();
            throw e;
        }
        try (Descriptor planFile = MemoryFile.sealed("coffer-plan", encoded);
                Descriptor runtime = Descriptor.open(runtimeDirectory, OpenMode.DIRECTORY)) {
            child.order(id.value(), planFile, runtime, streams);
            return child;
        } catch (IOException e) {
            child.abandon();
            throw e;
        }
    }

    private Child child(Prefork.Launcher launcher, Optional<ListenerHandover> handover) throws IOException {
        EventCounter gate = EventCounter.ofWaits();
        try {
            return new Child(launcher, gate, EventCounter.ofNumbers(), handover, this::refill);
        } catch (IOException e) {
            gate.close();
            throw e;
        }
    }

    /** One that waits; if the process that makes them was killed, from a new one. */
    private Prefork.Launcher take() throws IOException {
        Prefork source = source();
        try {
            return source.take();
        } catch (IOException e) {
            return replace(source, e).take();
        }
    }

    private synchronized Prefork source() throws IOException {
        if (prefork.isEmpty()) {
            prefork = Optional.of(Prefork.start(binary.executable()));
        }
        return prefork.get();
    }

    /** A new process, if that is what the failure asks for. */
    private synchronized Prefork replace(Prefork failed, IOException failure) throws IOException {
        if (!Prefork.isGone(failure)) {
            throw failure;
        }
        if (prefork.isPresent() && prefork.get() == failed) {
            prefork = Optional.empty();
            failed.close();
        }
        return source();
    }

    private void refill() {
        try {
            prepare();
        } catch (IOException e) {
            // Nothing is lost: the next launch finds out, and starts a new process or says why it cannot.
            return;
        }
    }

    @Override
    public synchronized void close() {
        if (prefork.isPresent()) {
            try {
                prefork.get().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            prefork = Optional.empty();
        }
        binary.close();
    }
}
