package dev.coffer.isolation;

import dev.coffer.isolation.LaunchStep.Phase;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The whole of one launch as data: the launcher performs the steps in this order and decides nothing.
 *
 * @param namespaces the ones the child gets of its own
 * @param root host directory on which the root file system is mounted, in the child's mount namespace
 * @param init whether the launcher stays as pid 1 above the task
 */
public record LaunchPlan(Set<Namespace> namespaces, Path root, boolean init, List<LaunchStep> steps) {
    /** Worked out once: every launch asks for each of them. */
    private static final ClassValue<String> NAMES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> step) {
            return kebabCase(step);
        }
    };

    public LaunchPlan {
        namespaces = Set.copyOf(namespaces);
        steps = List.copyOf(steps);
        requireOne(steps, Phase.EXEC);
        requireOne(steps, Phase.ROOT);
        requireOne(steps, Phase.PIVOT);
        requireOne(steps, Phase.IDENTITY);
        if (count(steps, step -> step instanceof LaunchStep.CloneIntoCgroup) > 1) {
            throw new IllegalArgumentException("a launch plan has at most one clone-into-cgroup step");
        }
        requireTogether(namespaces.contains(Namespace.USER), steps, Phase.USER);
        if (!namespaces.containsAll(EnumSet.of(Namespace.MOUNT, Namespace.PID))) {
            throw new IllegalArgumentException("a launch plan needs own mount and pid namespaces");
        }
    }

    /** Orders {@code steps} by phase; steps of one phase keep their order. */
    public static LaunchPlan of(Set<Namespace> namespaces, Path root, boolean init, List<LaunchStep> steps) {
        List<LaunchStep> ordered = new ArrayList<>(steps);
        ordered.sort(Comparator.comparing(LaunchStep::phase));
        return new LaunchPlan(namespaces, root, init, ordered);
    }

    /** The step's name on the wire and in messages: its type in kebab case. */
    public static String nameOf(LaunchStep step) {
        return NAMES.get(step.getClass());
    }

    private static String kebabCase(Class<?> step) {
        StringBuilder name = new StringBuilder();
        for (char c : step.getSimpleName().toCharArray()) {
            if (Character.isUpperCase(c) && name.length() > 0) {
                name.append('-');
            }
            name.append(Character.toLowerCase(c));
        }
        return name.toString();
    }

    private static void requireOne(List<LaunchStep> steps, Phase phase) {
        int count = count(steps, step -> step.phase() == phase);
        if (count != 1) {
            throw new IllegalArgumentException(
                    "a launch plan has exactly one step of phase " + phase + ", not " + count);
        }
    }

    private static void requireTogether(boolean namespace, List<LaunchStep> steps, Phase phase) {
        if (count(steps, step -> step.phase() == phase) != (namespace ? 1 : 0)) {
            throw new IllegalArgumentException(
                    "a launch plan has one step of phase " + phase + " if it has such a namespace, and none otherwise");
        }
    }

    private static int count(List<LaunchStep> steps, Predicate<LaunchStep> wanted) {
        int count = 0;
        for (LaunchStep step : steps) {
            count += wanted.test(step) ? 1 : 0;
        }
        return count;
    }
}
