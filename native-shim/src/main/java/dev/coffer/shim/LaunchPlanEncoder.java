package dev.coffer.shim;

import dev.coffer.isolation.LaunchPlan;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.Owners;
import dev.coffer.isolation.LaunchStep.Phase;
import dev.coffer.isolation.MountFlag;
import dev.coffer.isolation.Namespace;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Turns a {@link LaunchPlan} into the bytes that plan.c reads. */
final class LaunchPlanEncoder implements LaunchStep.Visitor<WireBuffer> {
    static final int MAGIC = 0x52464643;
    static final int VERSION = 1;
    static final int HEADER_BYTES = 32;
    private static final int FLAG_INIT = 1;
    private static final long SECCOMP_FILTER_FLAG_NEW_LISTENER = 8;
    private static final long MS_PRIVATE = 1L << 18;
    private static final long MS_SLAVE = 1L << 19;
    /**
     * A layer may hold device nodes, and no device cgroup stops a task from opening them: the only devices of a
     * container are those that the plan makes in its {@code /dev}.
     */
    private static final Set<MountFlag> ROOT = Set.of(MountFlag.NODEV);

    private final WireBuffer out = new WireBuffer();
    private final Path root;

    private LaunchPlanEncoder(Path root) {
        this.root = root;
    }

    static byte[] encode(LaunchPlan plan) {
        LaunchPlanEncoder encoder = new LaunchPlanEncoder(plan.root());
        WireBuffer out = encoder.out;
        out.int32(MAGIC).int32(VERSION).int32(0).int32(namespaces(plan.namespaces()));
        out.int32(plan.init() ? FLAG_INIT : 0)
                .int32(plan.steps().size())
                .int32(taskIndex(plan))
                .int32(0);
        plan.steps().forEach(step -> step.accept(encoder));
        return out.finish(8);
    }

    /** The first step that runs in the task's own process. */
    static int taskIndex(LaunchPlan plan) {
        int index = 0;
        while (plan.steps().get(index).phase().compareTo(Phase.PROCESS) < 0) {
            index++;
        }
        return index;
    }

    private static int namespaces(Set<Namespace> namespaces) {
        return namespaces.stream().mapToInt(Namespace::cloneFlag).reduce(0, (a, b) -> a | b);
    }

    private WireBuffer step(LaunchStep step, int arguments) {
        return out.int32(arguments + 1).int32(0).string(LaunchPlan.nameOf(step));
    }

    /** {@code MS_*} bits for mount(2). */
    private static long mountBits(Set<MountFlag> flags) {
        long bits = 0;
        for (MountFlag flag : flags) {
            bits |= flag.bit();
        }
        return bits;
    }

    /** {@code MOUNT_ATTR_*} bits for mount_setattr(2); the first four have the same values as {@code MS_*}. */
    private static long attributeBits(Set<MountFlag> flags) {
        return mountBits(flags) & 0xf;
    }

    /** Overlay takes ',' and ':' apart; a backslash protects them. */
    private static String escaped(Path path) {
        return path.toString().replaceAll("([\\\\,:])", "\\\\$1");
    }

    private static String overlayOptions(LaunchStep.OverlayRoot step) {
        StringBuilder options = new StringBuilder("lowerdir=");
        options.append(String.join(":", step.lowers()));
        options.append(",upperdir=").append(escaped(step.upper()));
        options.append(",workdir=").append(escaped(step.work()));
        if (step.discardable()) {
            options.append(",volatile");
        }
        return options.toString();
    }

    @Override
    public WireBuffer visit(LaunchStep.JoinCgroup step) {
        return step(step, 1).string(step.tasksFile().toString());
    }

    @Override
    public WireBuffer visit(LaunchStep.CloneIntoCgroup step) {
        return step(step, 1).string(step.directory().toString());
    }

    @Override
    public WireBuffer visit(LaunchStep.UnshareCgroup step) {
        return step(step, 0);
    }

    @Override
    public WireBuffer visit(LaunchStep.UserNamespace step) {
        return step(step, 3).number(step.firstUid()).number(step.firstGid()).number(step.count());
    }

    @Override
    public WireBuffer visit(LaunchStep.TimeNamespace step) {
        return step(step, 1).string(step.offsets());
    }

    @Override
    public WireBuffer visit(LaunchStep.EnterUserNamespace step) {
        return step(step, 1).number(step.ownFiles() ? 1 : 0);
    }

    @Override
    public WireBuffer visit(LaunchStep.OverlayRoot step) {
        step(step, 5).string(root.toString()).number(mountBits(ROOT));
        return overlay(step);
    }

    private WireBuffer overlay(LaunchStep.OverlayRoot step) {
        return out.string(step.layers().toString())
                .string(overlayOptions(step))
                .list(
                        step.owners() == Owners.HOST
                                ? List.of()
                                : List.of(
                                        step.layers().toString(),
                                        String.valueOf(step.upper().getParent())));
    }

    @Override
    public WireBuffer visit(LaunchStep.BindRoot step) {
        return step(step, 3)
                .string(root.toString())
                .string(step.source().toString())
                .number(attributeBits(ROOT) | (step.readOnly() ? MountFlag.RDONLY.bit() : 0));
    }

    @Override
    public WireBuffer visit(LaunchStep.MountFilesystem step) {
        return step(step, 4)
                .string(step.type())
                .string(step.target())
                .number(mountBits(step.flags()))
                .string(step.data());
    }

    @Override
    public WireBuffer visit(LaunchStep.Bind step) {
        return step(step, 5)
                .string(step.source().toString())
                .string(step.target())
                .number(attributeBits(step.flags()))
                .number(step.slave() ? MS_SLAVE : MS_PRIVATE)
                .number(
                        switch (step.owners()) {
                            case HOST -> 0;
                            case CONTAINER -> 1;
                            case CONTAINER_IF_POSSIBLE -> 2;
                        });
    }

    @Override
    public WireBuffer visit(LaunchStep.OverlayVolume step) {
        step(step, 6).string(step.staging().toString());
        return overlay(step.overlay()).string(step.target()).number(attributeBits(step.flags()));
    }

    @Override
    public WireBuffer visit(LaunchStep.MakeDevice step) {
        return step(step, 4)
                .string(step.target())
                .number(step.major())
                .number(step.minor())
                .number(step.mode());
    }

    @Override
    public WireBuffer visit(LaunchStep.SecretFile step) {
        return step(step, 5)
                .blob(step.value().bytes())
                .string(step.staging().toString())
                .string(step.target())
                .id(step.uid())
                .id(step.gid());
    }

    @Override
    public WireBuffer visit(LaunchStep.MakeDirectory step) {
        return step(step, 2).string(step.target()).number(step.mode());
    }

    @Override
    public WireBuffer visit(LaunchStep.MakeSymlink step) {
        return step(step, 2).string(step.destination()).string(step.target());
    }

    @Override
    public WireBuffer visit(LaunchStep.OpenTerminal step) {
        return step(step, 2).number(step.rows()).number(step.columns());
    }

    @Override
    public WireBuffer visit(LaunchStep.MaskPath step) {
        return step(step, 1).string(step.target());
    }

    @Override
    public WireBuffer visit(LaunchStep.ReadOnlyPath step) {
        return step(step, 1).string(step.target());
    }

    @Override
    public WireBuffer visit(LaunchStep.PivotRoot step) {
        return step(step, 0);
    }

    @Override
    public WireBuffer visit(LaunchStep.Hostname step) {
        return step(step, 1).string(step.name());
    }

    @Override
    public WireBuffer visit(LaunchStep.LoopbackUp step) {
        return step(step, 0);
    }

    @Override
    public WireBuffer visit(LaunchStep.SessionKeyring step) {
        return step(step, 0);
    }

    @Override
    public WireBuffer visit(LaunchStep.SetRlimit step) {
        // RLIM_INFINITY is all ones, which is what -1 becomes.
        return step(step, 3).number(step.resource()).number(step.soft()).number(step.hard());
    }

    @Override
    public WireBuffer visit(LaunchStep.SetOomScoreAdj step) {
        return step(step, 1).string(Integer.toString(step.score()));
    }

    @Override
    public WireBuffer visit(LaunchStep.WorkingDirectory step) {
        return step(step, 3).string(step.path()).id(step.uid()).id(step.gid());
    }

    @Override
    public WireBuffer visit(LaunchStep.ApparmorProfile step) {
        return step(step, 1).string("exec " + step.profile());
    }

    @Override
    public WireBuffer visit(LaunchStep.NoNewPrivileges step) {
        return step(step, 0);
    }

    @Override
    public WireBuffer visit(LaunchStep.Identity step) {
        LaunchStep.CapabilitySets sets = step.capabilities();
        return step(step, 7)
                .id(step.uid())
                .id(step.gid())
                .int32Blob(step.groups())
                .number(sets.bounding())
                .number(sets.effective())
                .number(sets.inheritable())
                .number(sets.ambient());
    }

    @Override
    public WireBuffer visit(LaunchStep.Seccomp step) {
        long listener = step.listener().isPresent() ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0;
        return step(step, 2).int64Blob(step.program()).number(step.flags() | listener);
    }

    @Override
    public WireBuffer visit(LaunchStep.Exec step) {
        return step(step, 2).list(step.command()).list(step.environment());
    }
}
