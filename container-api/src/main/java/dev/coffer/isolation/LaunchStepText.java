package dev.coffer.isolation;

import dev.coffer.isolation.LaunchStep.Owners;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** A step as one line for a person: its name, then its operands. Values of variables are left out: they may be secret. */
public final class LaunchStepText implements LaunchStep.Visitor<String> {
    private static final LaunchStepText INSTANCE = new LaunchStepText();

    private LaunchStepText() {}

    public static String describe(LaunchStep step) {
        String operands = step.accept(INSTANCE);
        return operands.isEmpty() ? LaunchPlan.nameOf(step) : LaunchPlan.nameOf(step) + " " + operands;
    }

    private static String flags(Set<MountFlag> flags) {
        return flags.isEmpty()
                ? ""
                : " ("
                        + flags.stream()
                                .map(flag -> flag.name().toLowerCase(Locale.ROOT))
                                .sorted()
                                .collect(Collectors.joining(","))
                        + ")";
    }

    @Override
    public String visit(LaunchStep.JoinCgroup step) {
        return step.tasksFile().toString();
    }

    @Override
    public String visit(LaunchStep.CloneIntoCgroup step) {
        return step.directory().toString();
    }

    @Override
    public String visit(LaunchStep.UnshareCgroup step) {
        return "";
    }

    @Override
    public String visit(LaunchStep.UserNamespace step) {
        return "users 0-%d are %d-%d of the host"
                .formatted(step.count() - 1, step.firstUid(), step.firstUid() + step.count() - 1);
    }

    @Override
    public String visit(LaunchStep.TimeNamespace step) {
        return step.offsets().strip().replace("\n", ", ");
    }

    @Override
    public String visit(LaunchStep.EnterUserNamespace step) {
        return "";
    }

    private static String owners(Owners owners) {
        return switch (owners) {
            case HOST -> "";
            case CONTAINER -> ", owners mapped";
            case CONTAINER_IF_POSSIBLE -> ", owners mapped if possible";
        };
    }

    @Override
    public String visit(LaunchStep.OverlayRoot step) {
        return step.lowers().size() + " layers of " + step.layers() + ", writes to " + step.upper()
                + (step.discardable() ? " (volatile)" : "") + owners(step.owners());
    }

    @Override
    public String visit(LaunchStep.BindRoot step) {
        return step.source() + (step.readOnly() ? " (rdonly)" : "");
    }

    @Override
    public String visit(LaunchStep.MountFilesystem step) {
        String data = step.data().isEmpty() ? "" : " " + step.data();
        return step.type() + " -> " + step.target() + flags(step.flags()) + data;
    }

    @Override
    public String visit(LaunchStep.Bind step) {
        return step.source() + " -> " + step.target() + flags(step.flags()) + (step.slave() ? " slave" : "")
                + owners(step.owners());
    }

    @Override
    public String visit(LaunchStep.OverlayVolume step) {
        return visit(step.overlay()) + " -> " + step.target() + flags(step.flags());
    }

    @Override
    public String visit(LaunchStep.MakeDevice step) {
        return "%s c %d:%d %04o".formatted(step.target(), step.major(), step.minor(), step.mode());
    }

    @Override
    public String visit(LaunchStep.SecretFile step) {
        return "(secret) -> " + step.target()
                + " uid %d gid %d mode 400"
                        .formatted(Integer.toUnsignedLong(step.uid()), Integer.toUnsignedLong(step.gid()));
    }

    @Override
    public String visit(LaunchStep.MakeDirectory step) {
        return "%s %04o".formatted(step.target(), step.mode());
    }

    @Override
    public String visit(LaunchStep.MakeSymlink step) {
        return step.target() + " -> " + step.destination();
    }

    @Override
    public String visit(LaunchStep.OpenTerminal step) {
        return step.rows() + " rows, " + step.columns() + " columns";
    }

    @Override
    public String visit(LaunchStep.MaskPath step) {
        return step.target();
    }

    @Override
    public String visit(LaunchStep.ReadOnlyPath step) {
        return step.target();
    }

    @Override
    public String visit(LaunchStep.PivotRoot step) {
        return "";
    }

    @Override
    public String visit(LaunchStep.Hostname step) {
        return step.name();
    }

    @Override
    public String visit(LaunchStep.LoopbackUp step) {
        return "";
    }

    @Override
    public String visit(LaunchStep.SessionKeyring step) {
        return "";
    }

    @Override
    public String visit(LaunchStep.SetRlimit step) {
        return "resource " + step.resource() + " soft " + step.soft() + " hard " + step.hard();
    }

    @Override
    public String visit(LaunchStep.SetOomScoreAdj step) {
        return Integer.toString(step.score());
    }

    @Override
    public String visit(LaunchStep.WorkingDirectory step) {
        return step.path();
    }

    @Override
    public String visit(LaunchStep.ApparmorProfile step) {
        return step.profile();
    }

    @Override
    public String visit(LaunchStep.NoNewPrivileges step) {
        return "";
    }

    @Override
    public String visit(LaunchStep.Identity step) {
        LaunchStep.CapabilitySets sets = step.capabilities();
        return "uid %d gid %d groups %s capabilities effective %x bounding %x ambient %x"
                .formatted(
                        Integer.toUnsignedLong(step.uid()),
                        Integer.toUnsignedLong(step.gid()),
                        step.groups().stream().map(Integer::toUnsignedString).toList(),
                        sets.effective(),
                        sets.bounding(),
                        sets.ambient());
    }

    @Override
    public String visit(LaunchStep.Seccomp step) {
        return step.program().size() + " instructions"
                + (step.listener().isPresent()
                        ? ", listener " + step.listener().get().socket()
                        : "");
    }

    @Override
    public String visit(LaunchStep.Exec step) {
        String names = step.environment().stream()
                .map(entry -> entry.substring(0, Math.max(0, entry.indexOf('='))))
                .collect(Collectors.joining(" "));
        return String.join(" ", step.command()) + " (variables: " + names + ")";
    }
}
