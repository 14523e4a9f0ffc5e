package dev.coffer.isolators.namespace;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Fault;
import dev.coffer.container.Stdio;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.Bind;
import dev.coffer.isolation.LaunchStep.EnterUserNamespace;
import dev.coffer.isolation.LaunchStep.Identity;
import dev.coffer.isolation.LaunchStep.MountFilesystem;
import dev.coffer.isolation.LaunchStep.OverlayRoot;
import dev.coffer.isolation.LaunchStep.OverlayVolume;
import dev.coffer.isolation.LaunchStep.Owners;
import dev.coffer.isolation.LaunchStep.Phase;
import dev.coffer.isolation.LaunchStep.SetOomScoreAdj;
import dev.coffer.isolation.LaunchStep.SetRlimit;
import dev.coffer.isolation.LaunchStep.UserNamespace;
import dev.coffer.isolators.namespace.UserRanges.Allotment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is different in a plan with a user namespace: files get the container's owners, ids that a file system is told are
 * the host's, and what needs the host's privileges comes before they are given up.
 *
 * @param runtimeDirectory has files of the agent's own, which a container only reads
 * @param sandboxes what is in one belongs to its container
 */
record MappedOwners(Path runtimeDirectory, Path sandboxes) {
    private static final Pattern OWNER = Pattern.compile("(?<=^|,)([ug]id)=([0-9]{1,10})(?=,|$)");

    List<LaunchStep> adapt(ContainerSpec spec, Allotment users, List<LaunchStep> steps) {
        List<LaunchStep> adapted = new ArrayList<>();
        adapted.add(new UserNamespace(users.first(), users.first(), users.count()));
        for (LaunchStep step : steps) {
            adapted.add(adapt(users, step));
        }
        adapted.add(new EnterUserNamespace(spec.stdio() instanceof Stdio.SandboxFiles));
        return adapted;
    }

    private LaunchStep adapt(Allotment users, LaunchStep step) {
        if (step instanceof OverlayRoot root) {
            return root.mapped();
        } else if (step instanceof OverlayVolume volume) {
            return new OverlayVolume(volume.overlay().mapped(), volume.staging(), volume.target(), volume.flags());
        } else if (step instanceof Bind bind) {
            return new Bind(bind.source(), bind.target(), bind.flags(), bind.slave(), ownersOf(bind));
        } else if (step instanceof MountFilesystem mount) {
            return new MountFilesystem(mount.type(), mount.target(), mount.flags(), owned(users, mount.data()));
        } else if (step instanceof SetRlimit limit) {
            return new SetRlimit(limit.resource(), limit.soft(), limit.hard(), Phase.PRIVILEGED);
        } else if (step instanceof SetOomScoreAdj score) {
            return new SetOomScoreAdj(score.score(), Phase.PRIVILEGED);
        } else if (step instanceof Identity identity) {
            checkIds(users, identity);
        }
        return step;
    }

    /** Files of the host are strangers' unless the request says otherwise; those of Coffer are the container's. */
    private Owners ownersOf(Bind bind) {
        if (bind.source().startsWith(sandboxes)) {
            return Owners.CONTAINER;
        }
        return bind.source().startsWith(runtimeDirectory) ? Owners.CONTAINER_IF_POSSIBLE : bind.owners();
    }

    /** The kernel takes numbers in mount options as those of the host. */
    private static String owned(Allotment users, String data) {
        Matcher matcher = OWNER.matcher(data);
        return matcher.replaceAll(match ->
                match.group(1) + "=" + (users.first() + Math.min(Long.parseLong(match.group(2)), users.count() - 1)));
    }

    private static void checkIds(Allotment users, Identity identity) {
        requireMapped(users, "user", identity.uid());
        requireMapped(users, "group", identity.gid());
        identity.groups().forEach(group -> requireMapped(users, "group", group));
    }

    private static void requireMapped(Allotment users, String what, int id) {
        long number = Integer.toUnsignedLong(id);
        if (number >= users.count()) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot run as " + what + " " + number + " in container " + users.container()
                            + ": its user namespace has ids 0 to " + (users.count() - 1)
                            + "; give it more with --userns"
                            + " auto:size=" + Long.highestOneBit(number) * 2 + ", or raise --"
                            + UserNamespaceFlags.SIZE.name());
        }
    }
}
