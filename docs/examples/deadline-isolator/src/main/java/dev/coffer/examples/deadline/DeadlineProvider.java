package dev.coffer.examples.deadline;

import dev.coffer.flag.Flag;
import dev.coffer.flag.Syntax;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import java.time.Duration;
import java.util.List;

/** Found by name in {@code META-INF/services}. */
public final class DeadlineProvider implements IsolatorProvider {
    static final Flag<Duration> DEADLINE = Flag.of(
                    "example_deadline", Syntax.duration(), "1hrs", "How long a container may run.")
            .notInMesos();

    @Override
    public String name() {
        return "example/deadline";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(DEADLINE);
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        return List.of(new DeadlineIsolator(
                name(), setting.stateDirectory(name()), setting.flags().get(DEADLINE)));
    }
}
