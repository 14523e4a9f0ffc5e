package dev.coffer.containerizer.lifecycle;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerException.LaunchException;
import dev.coffer.container.ContainerException.TeardownException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.ContainerStatus;
import dev.coffer.container.ContainerStatus.State;
import dev.coffer.container.Fault;
import dev.coffer.container.Launched;
import dev.coffer.container.RecoveryReport;
import dev.coffer.container.Resources;
import dev.coffer.container.Termination;
import dev.coffer.container.Termination.Reason;
import dev.coffer.container.Usage;
import dev.coffer.containerizer.lifecycle.ContainerDestroyer.RetryPolicy;
import dev.coffer.containerizer.lifecycle.Teardown.Failure;
import dev.coffer.containerizer.state.ContainerRecord;
import dev.coffer.containerizer.state.Ownership;
import dev.coffer.containerizer.state.ProcessLock;
import dev.coffer.containerizer.state.Records;
import dev.coffer.containerizer.state.RuntimeLayout;
import dev.coffer.containerizer.supervise.ExitWatch;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.linux.ErrnoException;
import dev.coffer.shim.ShimLauncher;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All containers of this process, and the sequences that change them. Thread-safe. */
public final class Lifecycle implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);
    private static final int STEP_TIMEOUT_MILLIS = 30_000;
    private static final int TEARDOWN_THREADS = 4;

    private final RuntimeLayout layout;
    private final Records records;
    private final Isolation isolation;
    private final ShimLauncher shim;
    private final Stages stages;
    private final Ownership ownership;
    private final ExitWatch watch;
    private final Exits exits;
    private final ContainerLauncher launcher;
    private final ContainerDestroyer destroyer;
    private final ScheduledThreadPoolExecutor executor;
    private final ThreadPoolExecutor callbacks;
    private final Map<ContainerId, Container> containers = new ConcurrentHashMap<>();

    private Lifecycle(RuntimeLayout layout, Isolation isolation, ShimLauncher shim, Stages stages, Ownership ownership)
            throws ErrnoException {
        this.layout = layout;
        this.isolation = isolation;
        this.shim = shim;
        this.stages = stages;
        this.ownership = ownership;
        this.watch = new ExitWatch();
        this.records = new Records(layout);
        this.exits = new Exits(layout, records, watch);
        this.launcher = new ContainerLauncher(layout, isolation, shim, stages, STEP_TIMEOUT_MILLIS);
        this.executor = teardownThreads();
        this.callbacks = callbackThreads();
        this.destroyer = new ContainerDestroyer(
                executor, RetryPolicy.DEFAULT, container -> containers.remove(container.id(), container), callbacks);
    }

    /** Prepares the directories and becomes an owner. */
    public static Lifecycle open(RuntimeLayout layout, Isolation isolation, ShimLauncher shim, Stages stages)
            throws IOException {
        new Records(layout).prepare();
        shim.prepare();
        Ownership ownership = Ownership.acquire(layout);
        try {
            return new Lifecycle(layout, isolation, shim, stages, ownership);
        } catch (IOException | RuntimeException | Error e) {
            ownership.close();
            throw e;
        }
    }

    private static ScheduledThreadPoolExecutor teardownThreads() {
        ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(TEARDOWN_THREADS, task -> {
            Thread thread = new Thread(task, "coffer-teardown");
            thread.setDaemon(true);
            return thread;
        });
        threads.setRemoveOnCancelPolicy(true);
        return threads;
    }

    /** As many as there are callbacks that block: none of them holds up another container. */
    private static ThreadPoolExecutor callbackThreads() {
        return new ThreadPoolExecutor(0, Integer.MAX_VALUE, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "coffer-callbacks");
            thread.setDaemon(true);
            return thread;
        });
    }

    public RecoveryReport recover() throws IOException {
        try (ProcessLock ignored = ProcessLock.hold(layout.recoveryLock())) {
            return new Recovery(layout, ownership, isolation, stages, callbacks)
                    .run(exits, container -> containers.put(container.id(), container));
        }
    }

    public Launched launch(ContainerSpec spec) {
        ContainerRecord settings = ContainerRecord.of(ownership.instance(), spec);
        Container container = new Container(spec.id(), settings, State.LAUNCHING, stages, callbacks);
        if (containers.putIfAbsent(spec.id(), container) != null) {
            throw new IllegalStateException("container " + spec.id() + " exists already");
        }
        try {
            return launch(spec, container);
        } finally {
            container.launchIsOver();
        }
    }

    private Launched launch(ContainerSpec spec, Container container) {
        synchronized (container.teardown()) {
            try {
                return launcher.launch(spec, container, this::watch);
            } catch (RuntimeException | Error e) {
                abandon(container, e);
                throw e;
            }
        }
    }

    private void watch(Container container) {
        try {
            exits.watch(container);
        } catch (ErrnoException e) {
            throw new LaunchException(
                    Fault.HOST_RESOURCES, "cannot watch container " + container.id() + ": " + e.getMessage(), e);
        }
    }

    /** Undoes a failed launch at once; what cannot be undone stays known and is retried in the background. */
    private void abandon(Container container, Throwable cause) {
        container.ended();
        container.noteEnd(new Termination(
                OptionalInt.empty(),
                OptionalInt.empty(),
                Reason.LAUNCH_FAILED,
                cause.getMessage() == null ? cause.toString() : cause.getMessage(),
                0,
                System.currentTimeMillis()));
        List<Failure> failures = container.teardown().run();
        if (failures.isEmpty()) {
            container.destroyed();
            containers.remove(container.id(), container);
            return;
        }
        failures.forEach(failure -> cause.addSuppressed(failure.cause()));
        container.destroyIsStuck(failures.toString());
        CompletableFuture<Termination> unused = destroyer.destroy(container);
        LOG.warn("launch of container {} failed and is not undone yet: {} ({})", container.id(), failures, unused);
    }

    public Optional<CompletableFuture<Termination>> termination(ContainerId id) {
        return find(id).map(Container::termination);
    }

    public boolean kill(ContainerId id, int signal) {
        Optional<Container> container = find(id);
        try {
            return container.isPresent() && container.get().signal(signal);
        } catch (IOException e) {
            throw new TeardownException("cannot send signal " + signal + " to container " + id + ": " + e.getMessage());
        }
    }

    public Optional<CompletableFuture<Termination>> destroy(ContainerId id) {
        return find(id).map(destroyer::destroy);
    }

    public Optional<Usage> usage(ContainerId id) {
        return find(id).map(Container::usage);
    }

    public Optional<Resources> update(ContainerId id, Resources limits) {
        Optional<Container> container = find(id);
        if (container.isEmpty() || container.get().state() != State.RUNNING) {
            return Optional.empty();
        }
        ContainerRecord settings = container.get().update(limits.effective());
        try {
            records.write(id, settings);
        } catch (IOException e) {
            throw new IsolationException(
                    Fault.HOST_RESOURCES,
                    "cannot record the new limits of container " + id + ", which hold already: " + e.getMessage(),
                    e);
        }
        return Optional.of(settings.resources());
    }

    /** Stops it or lets it go on; false if it does not run. */
    public boolean pause(ContainerId id, boolean stop) {
        Optional<Container> container = find(id);
        if (container.isEmpty() || container.get().state() != State.RUNNING) {
            return false;
        }
        container.get().pause(stop);
        return true;
    }

    public Optional<ContainerStatus> status(ContainerId id) {
        return find(id).map(container -> new ContainerStatus(
                id,
                container.state(),
                container.running().map(r -> OptionalLong.of(r.init().pid())).orElse(OptionalLong.empty()),
                layout.sandbox(id),
                container.settings().resources(),
                container.networkClass(),
                Optional.ofNullable(container.exit().getNow(null)),
                container.stuck()));
    }

    public Set<ContainerId> containers() {
        return Set.copyOf(containers.keySet());
    }

    private Optional<Container> find(ContainerId id) {
        return Optional.ofNullable(containers.get(id));
    }

    @Override
    public void close() {
        executor.shutdown();
        callbacks.shutdown();
        watch.close();
        isolation.onHost().forEach(HostIsolator::close);
        shim.close();
        try {
            ownership.close();
        } catch (IOException e) {
            LOG.warn("cannot remove the owner's lock file", e);
        }
    }
}
