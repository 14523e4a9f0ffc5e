package dev.coffer.containerizer.lifecycle;

import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerStatus.State;
import dev.coffer.container.RecoveryReport;
import dev.coffer.container.Termination;
import dev.coffer.containerizer.lifecycle.Container.Running;
import dev.coffer.containerizer.lifecycle.Teardown.Failure;
import dev.coffer.containerizer.state.ContainerRecord;
import dev.coffer.containerizer.state.Ownership;
import dev.coffer.containerizer.state.Records;
import dev.coffer.containerizer.state.RuntimeLayout;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.Trees;
import dev.coffer.linux.process.PidFd;
import dev.coffer.linux.process.Processes;
import dev.coffer.rootfs.RootfsHandle;
import dev.coffer.shim.SupervisorRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Finds what earlier processes left. A container whose task passed the gate is known again, running or not; of any other
 * nothing stays. Containers of a process that is alive are left alone.
 */
final class Recovery {
    private final RuntimeLayout layout;
    private final Records records;
    private final Ownership ownership;
    private final Isolation isolation;
    private final Stages stages;
    private final Executor callbacks;

    private final List<ContainerId> running = new ArrayList<>();
    private final List<ContainerId> finished = new ArrayList<>();
    private final List<ContainerId> removed = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();

    Recovery(RuntimeLayout layout, Ownership ownership, Isolation isolation, Stages stages, Executor callbacks) {
        this.callbacks = callbacks;
        this.layout = layout;
        this.records = new Records(layout);
        this.ownership = ownership;
        this.isolation = isolation;
        this.stages = stages;
    }

    /**
     * Goes through everything once. For one use.
     *
     * @param adopt takes over a container that is known again
     */
    RecoveryReport run(Exits exits, Consumer<Container> adopt) throws IOException {
        // Before the records are listed: a container that another process makes meanwhile has its record first.
        Set<ContainerId> onHost = discover();
        removeUnfinished();
        Records.Listing listing = records.list();
        for (String name : listing.strange()) {
            failed.add("cannot recover " + layout.containers().resolve(name)
                    + ": no container has such a name; remove it if nobody needs it");
        }
        for (ContainerId id : listing.containers()) {
            onHost.remove(id);
            recover(id, exits, adopt);
        }
        for (ContainerId orphan : onHost) {
            stages.reached("recover:orphan");
            if (!java.nio.file.Files.exists(layout.container(orphan))) {
                unlessItFails(orphan, () -> removeOrphan(remains(orphan, Optional.empty())));
            }
        }
        ownership.forgetTheDead();
        return new RecoveryReport(running, finished, removed, failed);
    }

    /**
     * A launch makes its record before its cgroups and a destroy removes it after them: what has processes and no record
     * here was started from another runtime directory, and is not ours to kill.
     */
    private void removeOrphan(Container orphan) {
        long processes = orphan.usage().pids().orElse(0);
        if (processes == 0) {
            tearDown(orphan);
            return;
        }
        failed.add("container " + orphan.id() + ": cannot remove its cgroups: they hold " + processes
                + " tasks of a container that is not recorded in " + layout.containers()
                + "; give every runtime_dir a cgroups_root of its own");
    }

    /** One container that cannot be recovered must not keep the agent from starting. */
    private void unlessItFails(ContainerId id, Recovering recovering) {
        try {
            recovering.run();
        } catch (IOException | RuntimeException e) {
            failed.add("container " + id + ": " + (e.getMessage() == null ? e : e.getMessage()));
        }
    }

    @FunctionalInterface
    private interface Recovering {
        void run() throws IOException;
    }

    private Set<ContainerId> discover() {
        Set<ContainerId> found = new TreeSet<>(java.util.Comparator.comparing(ContainerId::value));
        for (HostIsolator isolator : isolation.onHost()) {
            discover(isolator.name(), isolator::discover, found);
        }
        discover("images", isolation.images()::discover, found);
        return found;
    }

    private void discover(String what, Supplier<Set<ContainerId>> source, Set<ContainerId> found) {
        try {
            found.addAll(source.get());
        } catch (RuntimeException e) {
            failed.add("cannot discover containers of " + what + ": " + e.getMessage());
        }
    }

    private void removeUnfinished() throws IOException {
        for (Records.Unfinished unfinished : records.unfinished()) {
            if (!ownership.isAlive(unfinished.owner())) {
                Trees.remove(unfinished.directory());
            }
        }
    }

    private void recover(ContainerId id, Exits exits, Consumer<Container> adopt) {
        stages.reached("recover:container");
        unlessItFails(id, () -> {
            Optional<ContainerRecord> record = records.readContainer(id);
            if (record.isPresent() && ownership.isAlive(record.get().owner())) {
                return;
            }
            Container container = remains(id, record);
            Optional<SupervisorRecord> supervisor = SupervisorRecord.read(layout.container(id));
            if (record.isEmpty() || supervisor.isEmpty()) {
                tearDown(container); // the gate was never opened: nothing of the task has run
                return;
            }
            records.write(id, container.settings());
            resume(container, supervisor.get(), exits);
            adopt.accept(container);
        });
    }

    /** The container as far as its id and record tell, with the undo stack its launch would have left. */
    private Container remains(ContainerId id, Optional<ContainerRecord> record) {
        ContainerRecord settings = record.orElse(ContainerRecord.unknown()).ownedBy(ownership.instance());
        Container container = new Container(id, settings, State.EXITED, stages, callbacks);
        Teardown teardown = container.teardown();
        teardown.push("record", () -> records.remove(id));
        teardown.push("sandbox", () -> ContainerLauncher.removeSandbox(container, layout.sandbox(id)));
        RootfsHandle rootfs = isolation.images().rootfsFor(id, layout.sandbox(id));
        teardown.push("rootfs", rootfs::close);
        for (HostIsolator isolator : isolation.onHost()) {
            HostResource resource = isolator.resourceFor(id);
            teardown.push(isolator.name(), resource::close);
            container.addResource(resource);
        }
        return container;
    }

    private void resume(Container container, SupervisorRecord record, Exits exits) throws IOException {
        Optional<Termination> termination = termination(container.id());
        container.ranBefore();
        Optional<Running> processes = termination.isPresent() ? Optional.empty() : open(record);
        if (processes.isPresent()) {
            Running found = processes.get();
            container.teardown().push("child", () -> {
                found.supervisor().close();
                found.init().close();
            });
            container.started(found);
            exits.watch(container);
            running.add(container.id());
            return;
        }
        if (termination.isPresent()) {
            container.noteEnd(termination.get());
        } else {
            exits.ended(container);
        }
        finished.add(container.id());
    }

    /** One that cannot be read says less than the supervisor's status, which is asked then. */
    private Optional<Termination> termination(ContainerId id) {
        try {
            return records.readTermination(id);
        } catch (IOException e) {
            failed.add("container " + id + ": cannot tell why it ended: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** The two processes if both are the very ones on record. */
    private static Optional<Running> open(SupervisorRecord record) throws IOException {
        Optional<PidFd> supervisor = Optional.empty();
        Optional<PidFd> init = Optional.empty();
        boolean running = false;
        try {
            supervisor = open(record.supervisorPid(), record.supervisorStart());
            init = open(record.pid(), record.start());
            running = supervisor.isPresent() && init.isPresent();
            if (running) {
                return Optional.of(new Running(supervisor.get(), init.get(), Optional.empty()));
            }
            if (init.isPresent()) {
                init.get().killNow(); // without its supervisor it should be dead already
                init.get().awaitExit(1_000);
            }
            if (supervisor.isPresent()) {
                supervisor.get().awaitExit(1_000); // it has reaped its child and is writing the status
            }
            return Optional.empty();
        } finally {
            if (!running) {
                supervisor.ifPresent(PidFd::close);
                init.ifPresent(PidFd::close);
            }
        }
    }

    private static Optional<PidFd> open(int pid, long start) throws IOException {
        PidFd process;
        try {
            process = PidFd.open(pid);
        } catch (ErrnoException e) {
            if (e.is(Errno.ESRCH)) {
                return Optional.empty();
            }
            throw e;
        }
        // read after opening: if it is still the recorded one now, the descriptor refers to it
        if (Processes.startTime(pid).orElse(-1) != start) {
            process.close();
            return Optional.empty();
        }
        return Optional.of(process);
    }

    private void tearDown(Container container) {
        List<Failure> failures = container.teardown().run();
        if (failures.isEmpty()) {
            removed.add(container.id());
        } else {
            failed.add("container " + container.id() + ": " + failures);
        }
    }
}
