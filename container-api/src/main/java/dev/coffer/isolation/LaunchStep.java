package dev.coffer.isolation;

import dev.coffer.container.Secret;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One privileged action the launcher performs for the child, before the task's own code runs. Pure data: no I/O here.
 *
 * <p>The simple name in kebab case is the step's name on the wire, in {@code coffer explain} and in error messages.
 * Targets are paths in the container: the launcher resolves them beneath the new root, so a symlink of the image cannot
 * lead out of it.
 */
public sealed interface LaunchStep {
    /** When in a launch the step runs; a plan is ordered by it. */
    Phase phase();

    <R> R accept(Visitor<R> visitor);

    /** Order of a launch. Within a phase, steps keep the order in which they were contributed. */
    enum Phase {
        /** Namespaces are made that the child needs from the beginning. */
        NAMESPACE,
        /** Limits apply before anything else happens. */
        CGROUP,
        /** The root file system is mounted. */
        ROOT,
        /** Everything below the root is mounted. */
        MOUNT,
        /** Mounts are hidden or made read-only, after all of them exist. */
        MASK,
        /** The old root becomes unreachable. */
        PIVOT,
        /** With a user namespace: the last that needs the host's privileges, which PROCESS does otherwise. */
        PRIVILEGED,
        /** The host's privileges are given up for those of the container's user namespace. */
        USER,
        /** Host name and loopback. */
        HOST,
        /** From here on steps run in the task's own process. The gate is before the last one, exec. */
        PROCESS,
        /** User, groups and capabilities. */
        IDENTITY,
        /** The system-call filter, last so that it need not allow what the steps before it do. */
        CONFINE,
        EXEC
    }

    /** Writes 0 to a v1 {@code tasks} file from the single-threaded child. */
    record JoinCgroup(Path tasksFile) implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.CGROUP;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** {@code clone3(CLONE_INTO_CGROUP)}: the child is born in this v2 cgroup. At most one per plan. */
    record CloneIntoCgroup(Path directory) implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.CGROUP;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** {@code unshare(CLONE_NEWCGROUP)}, after the cgroups are joined, so that they are the root of the view. */
    record UnshareCgroup() implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.CGROUP;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** To whom files on a mount belong that belong to user {@code n} on disk. Without a user namespace all is one. */
    enum Owners {
        /** User {@code n} of the host. */
        HOST,
        /** User {@code n} of the container. */
        CONTAINER,
        /** The container's if the file system can do that, else the host's. */
        CONTAINER_IF_POSSIBLE
    }

    /**
     * Mounts an overlay as the root.
     *
     * @param layers directory the {@code lowers} are relative to
     * @param lowers newest first
     * @param upper takes the writes
     * @param discardable {@code volatile}: nothing is synced at unmount
     * @param owners of the layers' files; {@code upper} and {@code work} are in one directory
     */
    record OverlayRoot(Path layers, List<String> lowers, Path upper, Path work, boolean discardable, Owners owners)
            implements LaunchStep {
        public OverlayRoot {
            lowers = List.copyOf(lowers);
        }

        public OverlayRoot(Path layers, List<String> lowers, Path upper, Path work, boolean discardable) {
            this(layers, lowers, upper, work, discardable, Owners.HOST);
        }

        /** The same in a user namespace. */
        public OverlayRoot mapped() {
            return new OverlayRoot(layers, lowers, upper, work, discardable, Owners.CONTAINER);
        }

        @Override
        public Phase phase() {
            return Phase.ROOT;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Binds a host directory, with everything below it, as the root. */
    record BindRoot(Path source, boolean readOnly) implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.ROOT;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Mounts a new file system of {@code type}; the target directory is created if it is missing. */
    record MountFilesystem(String type, String target, Set<MountFlag> flags, String data) implements LaunchStep {
        public MountFilesystem {
            flags = Set.copyOf(flags);
        }

        @Override
        public Phase phase() {
            return Phase.MOUNT;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Binds a host path with everything below it; flags apply to all of it. The target is created if missing.
     *
     * @param slave whether what the host mounts below the source later appears too, without the flags
     */
    record Bind(Path source, String target, Set<MountFlag> flags, boolean slave, Owners owners) implements LaunchStep {
        public Bind {
            flags = Set.copyOf(flags);
        }

        public Bind(Path source, String target, Set<MountFlag> flags, boolean slave) {
            this(source, target, flags, slave, Owners.HOST);
        }

        public Bind(Path source, String target, Set<MountFlag> flags) {
            this(source, target, flags, false);
        }

        @Override
        public Phase phase() {
            return Phase.MOUNT;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Mounts an overlay below the root; the target directory is created if it is missing.
     *
     * @param overlay as for the root
     * @param staging empty directory of the host on which it is mounted first, for no time
     * @param flags only those that a bind can have
     */
    record OverlayVolume(OverlayRoot overlay, Path staging, String target, Set<MountFlag> flags) implements LaunchStep {
        public OverlayVolume {
            flags = Set.copyOf(flags);
        }

        @Override
        public Phase phase() {
            return Phase.MOUNT;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Makes a device node.
     *
     * @param mode permissions, with {@code S_IFBLK} for a block device
     */
    record MakeDevice(String target, int major, int minor, int mode) implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.MOUNT;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Makes a file with these bytes on a ramfs of its own, which is never written to a disk, and mounts it read-only.
     *
     * @param staging a directory of the host; covered for a moment, in the container's mount namespace
     * @param uid who alone may read it
     */
    record SecretFile(Secret.Value value, Path staging, String target, int uid, int gid) implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.MOUNT;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Makes a directory, or accepts the one that exists. */
    record MakeDirectory(String target, int mode) implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.MOUNT;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Makes a symlink at {@code target} that points to {@code destination}. */
    record MakeSymlink(String destination, String target) implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.MOUNT;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Opens a pseudo-terminal of the container's devpts as the task's standard streams and its {@code /dev/console}. */
    record OpenTerminal(int rows, int columns) implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.MOUNT;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Hides a file behind {@code /dev/null} and a directory behind an empty read-only tmpfs; a missing path is fine. */
    record MaskPath(String target) implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.MASK;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Makes a path and everything below it read-only; a missing path is fine. */
    record ReadOnlyPath(String target) implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.MASK;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** {@code pivot_root} and detach of the old root. */
    record PivotRoot() implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.PIVOT;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    record Hostname(String name) implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.HOST;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    record LoopbackUp() implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.HOST;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Joins a fresh session keyring, so that the agent's keys are out of reach. */
    record SessionKeyring() implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.PROCESS;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Sets one resource limit.
     *
     * @param resource number of {@code RLIMIT_*}
     * @param soft -1 is unlimited
     * @param hard -1 is unlimited
     */
    record SetRlimit(int resource, long soft, long hard, Phase phase) implements LaunchStep {
        public SetRlimit(int resource, long soft, long hard) {
            this(resource, soft, hard, Phase.PROCESS);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Sets how early the kernel ends the task and what it starts when memory is short. */
    record SetOomScoreAdj(int score, Phase phase) implements LaunchStep {
        public SetOomScoreAdj(int score) {
            this(score, Phase.PROCESS);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** Changes to a directory of the container, made first if it is missing, and checks that it is inside the root. */
    record WorkingDirectory(String path, int uid, int gid) implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.PROCESS;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The task is confined by this profile from its exec on.
     *
     * @see <a href="https://docs.kernel.org/admin-guide/LSM/apparmor.html">AppArmor</a>
     */
    record ApparmorProfile(String profile) implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.PROCESS;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    record NoNewPrivileges() implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.PROCESS;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Sets groups, group and user, then all five capability sets. Ids are unsigned 32-bit.
     *
     * @param capabilities bit {@code n} is capability {@code n} of {@code capabilities(7)}
     */
    record Identity(int uid, int gid, List<Integer> groups, CapabilitySets capabilities) implements LaunchStep {
        public Identity {
            groups = List.copyOf(groups);
        }

        @Override
        public Phase phase() {
            return Phase.IDENTITY;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * The five sets of a thread; permitted equals effective.
     *
     * @see <a href="https://man7.org/linux/man-pages/man7/capabilities.7.html">capabilities(7)</a>
     */
    record CapabilitySets(long bounding, long effective, long inheritable, long ambient) {}

    /**
     * Installs a classic BPF program.
     *
     * @param program one {@code struct sock_filter} each, its 8 bytes read as a little-endian number
     * @param phase {@link Phase#CONFINE}; without no_new_privs {@link Phase#PROCESS}, because the kernel then wants
     *     {@code CAP_SYS_ADMIN} of whoever installs a filter
     * @param flags {@code SECCOMP_FILTER_FLAG_*} of seccomp(2)
     * @param listener who answers the calls that the filter leaves to others
     */
    record Seccomp(List<Long> program, Phase phase, long flags, Optional<SeccompListener> listener)
            implements LaunchStep {
        public Seccomp {
            program = List.copyOf(program);
            if (phase != Phase.CONFINE && phase != Phase.PROCESS) {
                throw new IllegalArgumentException("a seccomp step is of phase PROCESS or CONFINE, not " + phase);
            }
        }

        public Seccomp(List<Long> program, Phase phase) {
            this(program, phase, 0, Optional.empty());
        }

        public Seccomp(List<Long> program) {
            this(program, Phase.CONFINE);
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * A program that is told of system calls and answers them.
     *
     * @param socket stream socket on which it listens
     * @param metadata told to it as it is
     * @see <a href="https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#containerprocessstate">
     *     container process state</a>
     */
    record SeccompListener(Path socket, String metadata) {}

    /** Replaces the child by the task; a command without a slash is looked up in the environment's {@code PATH}. */
    record Exec(List<String> command, List<String> environment) implements LaunchStep {
        public Exec {
            command = List.copyOf(command);
            environment = List.copyOf(environment);
        }

        @Override
        public Phase phase() {
            return Phase.EXEC;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * A user namespace, with the network, ipc and uts namespaces of the plan: users and groups from 0 on are those of the
     * host from {@code firstUid} and {@code firstGid} on. The child keeps the host's privileges until {@link
     * EnterUserNamespace}, but what it makes belongs to the container's root.
     */
    record UserNamespace(long firstUid, long firstGid, long count) implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.NAMESPACE;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * A time namespace, in which the child is born.
     *
     * @param offsets lines for {@code /proc/<pid>/timens_offsets}; may be empty
     */
    record TimeNamespace(String offsets) implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.NAMESPACE;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /**
     * Becomes root of the user namespace; all mounts are fixed by that.
     *
     * @param ownFiles whether standard streams that are files are given to that root; unnamed pipes always are
     */
    record EnterUserNamespace(boolean ownFiles) implements LaunchStep {
        @Override
        public Phase phase() {
            return Phase.USER;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) {
            return visitor.visit(this);
        }
    }

    /** No default methods on purpose: a new step must break every consumer at compile time. */
    interface Visitor<R> {
        R visit(JoinCgroup step);

        R visit(CloneIntoCgroup step);

        R visit(UnshareCgroup step);

        R visit(UserNamespace step);

        R visit(TimeNamespace step);

        R visit(EnterUserNamespace step);

        R visit(OverlayRoot step);

        R visit(BindRoot step);

        R visit(MountFilesystem step);

        R visit(Bind step);

        R visit(OverlayVolume step);

        R visit(MakeDevice step);

        R visit(SecretFile step);

        R visit(MakeDirectory step);

        R visit(MakeSymlink step);

        R visit(OpenTerminal step);

        R visit(MaskPath step);

        R visit(ReadOnlyPath step);

        R visit(PivotRoot step);

        R visit(Hostname step);

        R visit(LoopbackUp step);

        R visit(SessionKeyring step);

        R visit(SetRlimit step);

        R visit(SetOomScoreAdj step);

        R visit(WorkingDirectory step);

        R visit(ApparmorProfile step);

        R visit(NoNewPrivileges step);

        R visit(Identity step);

        R visit(Seccomp step);

        R visit(Exec step);
    }
}
