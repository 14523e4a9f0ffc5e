package dev.coffer.containerizer.lifecycle;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.coffer.container.ContainerException;
import dev.coffer.container.ContainerException.LaunchException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerStatus.State;
import dev.coffer.container.Fault;
import dev.coffer.container.Limitation;
import dev.coffer.container.Resources;
import dev.coffer.container.Termination;
import dev.coffer.container.Usage;
import dev.coffer.containerizer.state.ContainerRecord;
import dev.coffer.isolation.AttachesProcess;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LimitationListener;
import dev.coffer.isolation.LimitsAtRunTime;
import dev.coffer.isolation.Pausable;
import dev.coffer.isolation.ReportsUsage;
import dev.coffer.isolation.Updatable;
import dev.coffer.linux.process.EventCounter;
import dev.coffer.linux.process.PidFd;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * One container as this process knows it. Its own monitor guards it; whoever launches or tears down holds {@link
 * #teardown}'s monitor for as long as that takes.
 */
public final class Container {
    private static final int SIGKILL = 9;
    /** As docker run exits. */
    private static final int LAUNCH_FAILED = 125;

    private final ContainerId id;
    private volatile ContainerRecord settings;
    private final Teardown teardown;
    private final CompletableFuture<Termination> exit = new CompletableFuture<>();
    private final Outcome<Termination> termination;
    private final CompletableFuture<State> launched = new CompletableFuture<>();

    @GuardedBy("this")
    private State state;

    @GuardedBy("this")
    private Optional<Running> running = Optional.empty();

    @GuardedBy("this")
    private Optional<String> stuck = Optional.empty();

    @GuardedBy("this")
    private Optional<CompletableFuture<Termination>> destroyed = Optional.empty();

    @GuardedBy("this")
    private final List<HostResource> resources = new ArrayList<>();

    @GuardedBy("this")
    private boolean ran;

    @GuardedBy("this")
    private boolean recorded;

    @GuardedBy("this")
    private Optional<Limitation> limitation = Optional.empty();

    /** The thread that makes the image present, which is interrupted to stop it. */
    @GuardedBy("this")
    private Optional<Thread> fetching = Optional.empty();

    /**
     * The two processes that exist as long as the task does.
     *
     * @param exit tells of the task's end before the supervisor has ended; only in the process that launched it
     */
    public record Running(PidFd supervisor, PidFd init, Optional<EventCounter> exit) {}

    /** A container whose callbacks run on the thread that completes its futures. */
    Container(ContainerId id, ContainerRecord settings, State state, Stages stages) {
        this(id, settings, state, stages, Runnable::run);
    }

    /**
     * A container.
     *
     * @param callbacks runs what others attach to {@link #termination}
     */
    public Container(ContainerId id, ContainerRecord settings, State state, Stages stages, Executor callbacks) {
        this.id = id;
        this.termination = new Outcome<>(callbacks);
        this.settings = settings;
        this.state = state;
        this.teardown = new Teardown(stages);
        if (state != State.LAUNCHING) {
            launched.complete(state);
        }
    }

    public ContainerId id() {
        return id;
    }

    public ContainerRecord settings() {
        return settings;
    }

    Teardown teardown() {
        return teardown;
    }

    /** Completes when the task has ended; never exceptionally. Ours alone: nothing that blocks is attached to it. */
    CompletableFuture<Termination> exit() {
        return exit;
    }

    /** The same for everybody else. */
    public CompletableFuture<Termination> termination() {
        return termination;
    }

    /** The task has ended, or will never run. */
    void noteEnd(Termination end) {
        exit.complete(end);
        termination.complete(end);
    }

    /** Runs the action once the launch is over, well or not; at once if it is already. */
    void afterLaunch(Runnable action) {
        CompletableFuture<Void> unused = launched.thenRun(action);
    }

    /** The launch is over, well or not. */
    void launchIsOver() {
        launched.complete(state());
    }

    public synchronized State state() {
        return state;
    }

    synchronized Optional<Running> running() {
        return running;
    }

    public synchronized Optional<String> stuck() {
        return stuck;
    }

    synchronized void addResource(HostResource resource) {
        resources.add(resource);
    }

    synchronized void started(Running processes) {
        running = Optional.of(processes);
        ran = true;
        state = State.RUNNING;
    }

    /** The directory with its id is its own. */
    synchronized void recorded() {
        recorded = true;
    }

    synchronized boolean isRecorded() {
        return recorded;
    }

    /** Whether the task's own code ever ran, and so may have left something worth keeping. */
    synchronized boolean ran() {
        return ran;
    }

    /** An earlier process ran it to its end. */
    synchronized void ranBefore() {
        ran = true;
    }

    /**
     * Makes the image present, unless a destroy comes before or meanwhile: that interrupts it, and the interrupt ends with
     * it.
     */
    <T> T fetch(Supplier<T> image) {
        synchronized (this) {
            if (destroyed.isPresent()) {
                throw destroyedBeforeItRan();
            }
            fetching = Optional.of(Thread.currentThread());
        }
        try {
            return image.get();
        } finally {
            endFetch();
        }
    }

    private synchronized void endFetch() {
        fetching = Optional.empty();
        if (destroyed.isPresent()) {
            Thread.interrupted(); // ours: what comes now is the undoing, which must not be interrupted
        }
    }

    LaunchException destroyedBeforeItRan() {
        return new LaunchException(
                Fault.USER_SPEC, "cannot launch container " + id + ": destroyed before it ran", LAUNCH_FAILED);
    }

    synchronized boolean destroyRequested() {
        return destroyed.isPresent();
    }

    /** The task is gone; from now on its processes are not signalled any more. */
    synchronized void ended() {
        running = Optional.empty();
        if (state != State.DESTROYING) {
            state = State.EXITED;
        }
    }

    /**
     * The one destroy that all callers share.
     *
     * @return empty if this caller is the first and has to do it
     */
    synchronized Optional<CompletableFuture<Termination>> joinDestroy(CompletableFuture<Termination> mine) {
        if (destroyed.isPresent()) {
            return destroyed;
        }
        destroyed = Optional.of(mine);
        fetching.ifPresent(Thread::interrupt);
        if (state != State.LAUNCHING) {
            state = State.DESTROYING;
        }
        return Optional.empty();
    }

    synchronized void destroyed() {
        state = State.DESTROYED;
        stuck = Optional.empty();
    }

    synchronized void destroyIsStuck(String reason) {
        stuck = Optional.of(reason);
    }

    /** The retries are used up: the next destroy starts anew. */
    synchronized void destroyGivenUp() {
        destroyed = Optional.empty();
        state = running.isPresent() ? State.RUNNING : State.EXITED;
    }

    /** Kills pid 1, and with it everything in its pid namespace; what is paused dies when it goes on. */
    synchronized void killAll() throws IOException {
        if (running.isPresent()) {
            running.get().init().killNow();
            pause(false);
        }
    }

    /** Stops all processes, or lets them go on. */
    synchronized void pause(boolean stop) {
        for (HostResource resource : resources) {
            if (resource instanceof Pausable pausable) {
                if (stop) {
                    pausable.pause();
                } else {
                    pausable.resume();
                }
            }
        }
    }

    /**
     * Sends a signal to the task.
     *
     * @return false if it has ended
     */
    synchronized boolean signal(int signal) throws IOException {
        if (running.isEmpty()) {
            return false;
        }
        if (signal == SIGKILL) {
            running.get().init().killNow();
            pause(false);
            return true;
        }
        return running.get().supervisor().sendCarried(signal);
    }

    /** Waits for the task to end, and for us to have noted that. A container that never ran has ended. */
    boolean awaitExit(int timeoutMillis) throws IOException {
        if (running().isEmpty()) {
            return true;
        }
        try {
            exit.get(timeoutMillis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the end of container " + id);
        } catch (ExecutionException e) {
            throw new IllegalStateException("an exit never fails", e);
        }
    }

    String describeProcesses() {
        return running().map(r -> ProcessText.describe(r.init().pid())).orElse("none");
    }

    /** Processes the kernel killed for memory; 0 if nothing counts them. */
    synchronized long oomKills() {
        for (HostResource resource : resources) {
            if (resource instanceof ReportsUsage reporter) {
                OptionalLong kills = reporter.oomKills();
                if (kills.isPresent()) {
                    return kills.getAsLong();
                }
            }
        }
        return 0;
    }

    /** What its packets are marked with. */
    OptionalLong networkClass() {
        for (HostResource resource : resources()) {
            if (resource instanceof ReportsUsage reporter) {
                OptionalLong mark = reporter.networkClass();
                if (mark.isPresent()) {
                    return mark;
                }
            }
        }
        return OptionalLong.empty();
    }

    /** What used the memory when there was none left, if an isolator knows. */
    Optional<Limitation> outOfMemory() {
        for (HostResource resource : resources()) {
            if (resource instanceof ReportsUsage reporter) {
                Optional<Limitation> use = reporter.outOfMemory();
                if (use.isPresent()) {
                    return use;
                }
            }
        }
        return Optional.empty();
    }

    /** Lets every isolator that must reach the first process do so. */
    void attach(long pid) {
        for (HostResource resource : resources()) {
            if (resource instanceof AttachesProcess attacher) {
                attacher.attach(pid);
            }
        }
    }

    /** Lets every isolator that can watch a limit do so from now on. */
    void watchLimits(LimitationListener listener) {
        for (HostResource resource : resources()) {
            if (resource instanceof LimitsAtRunTime watcher) {
                watcher.watch(listener);
            }
        }
    }

    /**
     * Notes why the task is about to be killed.
     *
     * @return false if another reason came first
     */
    synchronized boolean exceeded(Limitation reason) {
        if (limitation.isPresent() || running.isEmpty()) {
            return false;
        }
        limitation = Optional.of(reason);
        return true;
    }

    synchronized Optional<Limitation> limitation() {
        return limitation;
    }

    /** Changes the limits of a task that runs. All isolators are asked even if one fails; its failure is thrown then. */
    synchronized ContainerRecord update(Resources limits) {
        ContainerException failure = null;
        for (HostResource resource : resources) {
            if (resource instanceof Updatable updatable) {
                try {
                    updatable.update(limits);
                } catch (ContainerException e) {
                    failure = failure == null ? e : failure;
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
        settings = settings.limitedBy(limits);
        return settings;
    }

    private synchronized List<HostResource> resources() {
        return List.copyOf(resources);
    }

    public synchronized Usage usage() {
        Usage.Builder usage = new Usage.Builder();
        for (HostResource resource : resources) {
            if (resource instanceof ReportsUsage reporter) {
                reporter.usage(usage);
            }
        }
        return usage.build();
    }
}
