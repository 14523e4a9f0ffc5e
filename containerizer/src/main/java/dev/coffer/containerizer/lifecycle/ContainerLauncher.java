package dev.coffer.containerizer.lifecycle;

import dev.coffer.container.ContainerException;
import dev.coffer.container.ContainerException.LaunchException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.ContainerSpec.SandboxPolicy;
import dev.coffer.container.Fault;
import dev.coffer.container.Launched;
import dev.coffer.container.Stdio;
import dev.coffer.containerizer.lifecycle.Container.Running;
import dev.coffer.containerizer.state.Records;
import dev.coffer.containerizer.state.RuntimeLayout;
import dev.coffer.isolation.AdaptsPlan;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LaunchContext;
import dev.coffer.isolation.LaunchPlan;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.PlanIsolator;
import dev.coffer.linux.fs.Trees;
import dev.coffer.rootfs.Rootfs;
import dev.coffer.rootfs.RootfsHandle;
import dev.coffer.shim.Child;
import dev.coffer.shim.ShimLauncher;
import dev.coffer.shim.StandardStreams;
import dev.coffer.shim.StepFailedException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Takes one container from spec to running. Read {@link #launch} top to bottom: it is the whole sequence. */
public final class ContainerLauncher {
    private static final FileAttribute<?> SANDBOX_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---"));

    private final RuntimeLayout layout;
    private final Records records;
    private final Isolation isolation;
    private final ShimLauncher shim;
    private final Stages stages;
    private final int stepTimeoutMillis;

    /**
     * A launcher of containers.
     *
     * @param stepTimeoutMillis how long one launch step may take
     */
    public ContainerLauncher(
            RuntimeLayout layout, Isolation isolation, ShimLauncher shim, Stages stages, int stepTimeoutMillis) {
        this.layout = layout;
        this.records = new Records(layout);
        this.isolation = isolation;
        this.shim = shim;
        this.stages = stages;
        this.stepTimeoutMillis = stepTimeoutMillis;
    }

    /**
     * Every undo is registered before its action, so whatever happens the container's teardown leaves nothing. The caller
     * runs it when this throws.
     *
     * @param watch called with the running container before its task can end unseen
     */
    Launched launch(ContainerSpec spec, Container container, ExitRegistration watch) {
        ContainerId id = spec.id();
        Teardown teardown = container.teardown();

        reached(container, "launcher");
        prepareLauncher(id);

        reached(container, "record");
        teardown.push("record", () -> removeRecord(container));
        createRecord(container);

        reached(container, "sandbox");
        Path sandbox = layout.sandbox(id);
        teardown.push("sandbox", () -> removeSandbox(container, sandbox));
        createSandbox(id, sandbox);

        reached(container, "rootfs");
        Rootfs rootfs = rootfsFor(spec, container, sandbox);

        List<LaunchStep> steps = new ArrayList<>();
        for (HostIsolator isolator : isolation.onHost()) {
            reached(container, isolator.name());
            HostResource resource = isolator.resourceFor(id);
            teardown.push(isolator.name(), resource::close);
            resource.create(spec);
            container.addResource(resource);
            steps.addAll(resource.steps());
        }

        reached(container, "plan");
        LaunchPlan plan = plan(spec, rootfs, sandbox, steps);
        stages.planned(plan);

        reached(container, "child");
        Child child = startChild(spec, plan, sandbox, teardown);

        reached(container, "ready");
        awaitReady(id, plan, child);
        container.attach(child.init().pid());

        reached(container, "gate");
        release(id, plan, child);
        container.started(new Running(child.supervisor(), child.init(), Optional.of(child.exit())));

        reached(container, "watch");
        watch.register(container);
        return new Launched(id, child.init().pid(), child.takeTerminal());
    }

    /** The plan this spec would be launched by; nothing is made on the host but what the image needs to be present. */
    public LaunchPlan explain(ContainerSpec spec, Rootfs rootfs, List<LaunchStep> hostSteps) {
        return plan(spec, rootfs, layout.sandbox(spec.id()), hostSteps);
    }

    /** Starts watching a container that runs. */
    @FunctionalInterface
    interface ExitRegistration {
        void register(Container container);
    }

    private void reached(Container container, String stage) {
        stages.reached("launch:" + stage);
        if (container.destroyRequested()) {
            throw container.destroyedBeforeItRan();
        }
    }

    /** One is made while the rest of the container is. */
    private void prepareLauncher(ContainerId id) {
        try {
            shim.prepare();
        } catch (IOException e) {
            throw failed(id, "cannot start its launcher", e);
        }
    }

    private void createRecord(Container container) {
        ContainerId id = container.id();
        try {
            records.create(id, container.settings());
            container.recorded();
        } catch (FileAlreadyExistsException e) {
            throw new LaunchException(
                    Fault.USER_SPEC,
                    "cannot launch container " + id
                            + ": the name is taken; destroy that container first or choose another",
                    e);
        } catch (IOException e) {
            throw failed(id, "cannot record it in " + layout.containers(), e);
        }
    }

    private void removeRecord(Container container) throws IOException {
        if (container.isRecorded()) {
            records.remove(container.id());
        } else {
            records.removeOwn(container.id(), container.settings().owner());
        }
    }

    private void createSandbox(ContainerId id, Path sandbox) {
        try {
            // A kept sandbox of an earlier container with this name is that container's history, not ours to reuse.
            if (Files.exists(sandbox)) {
                Trees.remove(sandbox);
            }
            Files.createDirectory(sandbox, SANDBOX_MODE);
        } catch (IOException e) {
            throw failed(id, "cannot make sandbox " + sandbox, e);
        }
    }

    static void removeSandbox(Container container, Path sandbox) throws IOException {
        if (container.settings().sandbox() == SandboxPolicy.REMOVE || !container.ran()) {
            Trees.remove(sandbox);
        }
    }

    private Rootfs rootfsFor(ContainerSpec spec, Container container, Path sandbox) {
        if (spec.image().isEmpty()) {
            return isolation.hostView().get();
        }
        RootfsHandle handle = isolation.images().rootfsFor(spec.id(), sandbox);
        container.teardown().push("rootfs", handle::close);
        return container.fetch(() -> handle.create(spec.image().get()));
    }

    private LaunchPlan plan(ContainerSpec spec, Rootfs rootfs, Path sandbox, List<LaunchStep> hostSteps) {
        LaunchContext context = new LaunchContext(spec, rootfs.config(), rootfs.files(), sandbox);
        List<LaunchStep> steps = new ArrayList<>(hostSteps);
        steps.addAll(rootfs.mounts());
        for (PlanIsolator isolator : isolation.inChild()) {
            steps.addAll(isolator.plan(context));
        }
        for (HostIsolator isolator : isolation.onHost()) {
            if (isolator instanceof AdaptsPlan adapter) {
                steps = adapter.adapt(spec, steps);
            }
        }
        return LaunchPlan.of(
                Set.copyOf(isolation.namespaces().apply(spec)),
                layout.root(spec.id()),
                spec.process().init(),
                steps);
    }

    private Child startChild(ContainerSpec spec, LaunchPlan plan, Path sandbox, Teardown teardown) {
        try (StandardStreams streams = streams(spec.stdio(), sandbox)) {
            Child child = shim.start(spec.id(), plan, layout.container(spec.id()), streams);
            teardown.push("child", child::close);
            return child;
        } catch (IOException e) {
            throw failed(spec.id(), "cannot start its launcher", e);
        }
    }

    private static StandardStreams streams(Stdio stdio, Path sandbox) throws IOException {
        if (stdio instanceof Stdio.SandboxFiles) {
            return StandardStreams.files(sandbox.resolve("stdout"), sandbox.resolve("stderr"));
        }
        return StandardStreams.inherited(stdio instanceof Stdio.Inherit inherit && inherit.stdin());
    }

    private void awaitReady(ContainerId id, LaunchPlan plan, Child child) {
        try {
            child.awaitReady(stepTimeoutMillis);
        } catch (StepFailedException e) {
            throw LaunchFailures.explain(id, plan, e);
        } catch (IOException e) {
            throw failed(id, "its launcher failed", e);
        }
    }

    private void release(ContainerId id, LaunchPlan plan, Child child) {
        try {
            child.release(stepTimeoutMillis);
        } catch (StepFailedException e) {
            throw LaunchFailures.explain(id, plan, e);
        } catch (IOException e) {
            throw failed(id, "its launcher failed", e);
        }
    }

    private static ContainerException failed(ContainerId id, String what, IOException cause) {
        return new LaunchException(
                Fault.INTERNAL, "cannot launch container " + id + ": " + what + ": " + cause.getMessage(), cause);
    }
}
