package dev.coffer.containerizer.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.ContainerStatus.State;
import dev.coffer.container.Fault;
import dev.coffer.container.Limitation;
import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Termination;
import dev.coffer.container.Termination.Reason;
import dev.coffer.container.Usage;
import dev.coffer.containerizer.state.ContainerRecord;
import dev.coffer.isolation.AttachesProcess;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LimitationListener;
import dev.coffer.isolation.LimitsAtRunTime;
import dev.coffer.isolation.ReportsUsage;
import dev.coffer.isolation.Updatable;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ContainerTest {
    private static final Resources HALF =
            new Resources(OptionalDouble.of(0.5), OptionalLong.empty(), OptionalLong.empty());
    private static final Limitation DISK = new Limitation(Reason.DISK_LIMIT, "12 MB of 10 MB", "disk:10");

    private final Container container =
            new Container(new ContainerId("c"), ContainerRecord.unknown(), State.LAUNCHING, Stages.NONE);
    private final List<String> asked = new ArrayList<>();

    /** Can do everything a resource can. */
    private final class Able implements HostResource, AttachesProcess, Updatable, LimitsAtRunTime, ReportsUsage {
        private final String name;
        private final boolean fails;

        Able(String name, boolean fails) {
            this.name = name;
            this.fails = fails;
        }

        private void ask(String what) {
            asked.add(name + ": " + what);
            if (fails) {
                throw new IsolationException(Fault.HOST_SETUP, name + " cannot " + what);
            }
        }

        @Override
        public void create(ContainerSpec spec) {
            ask("create");
        }

        @Override
        public List<LaunchStep> steps() {
            return List.of();
        }

        @Override
        public void attach(long pid) {
            ask("attach " + pid);
        }

        @Override
        public void update(Resources limits) {
            ask("update " + limits.cpus());
        }

        @Override
        public void watch(LimitationListener listener) {
            ask("watch");
            listener.exceeded(DISK);
        }

        @Override
        public void usage(Usage.Builder into) {
            into.put(Statistic.PIDS, name.length()).put(Statistic.IO_SERVICE_BYTES, name, 1);
        }

        @Override
        public void close() {
            ask("close");
        }
    }

    @Test
    void attachesEveryResourceThatAsksForIt() {
        container.addResource(new Able("a", false));
        container.addResource(new Able("b", false));

        container.attach(77);

        assertThat(asked).containsExactly("a: attach 77", "b: attach 77");
    }

    @Test
    void updatesEveryResourceEvenIfOneFailsAndKeepsTheOldLimitsThen() {
        container.addResource(new Able("a", true));
        container.addResource(new Able("b", false));

        assertThatThrownBy(() -> container.update(HALF)).hasMessage("a cannot update OptionalDouble[0.5]");

        assertThat(asked).containsExactly("a: update OptionalDouble[0.5]", "b: update OptionalDouble[0.5]");
        assertThat(container.settings().resources()).isEqualTo(Resources.UNLIMITED);
    }

    @Test
    void remembersNewLimits() {
        container.addResource(new Able("a", false));

        assertThat(container.update(HALF).resources()).isEqualTo(HALF);
        assertThat(container.settings().resources()).isEqualTo(HALF);
    }

    @Test
    void passesOnWhatAnIsolatorFindsExceeded() {
        List<Limitation> found = new ArrayList<>();
        container.addResource(new Able("a", false));

        container.watchLimits(found::add);

        assertThat(found).containsExactly(DISK);
        assertThat(container.exceeded(DISK))
                .as("a container that does not run has no limit to exceed")
                .isFalse();
    }

    @Test
    void takesAFigureFromTheFirstThatHasIt() {
        container.addResource(new Able("first", false));
        container.addResource(new Able("b", false));

        Usage usage = container.usage();

        assertThat(usage.pids()).hasValue(5);
        assertThat(usage.memoryBytes()).isEmpty();
        assertThat(usage.labelled())
                .containsExactly(
                        new Usage.Labelled(Statistic.IO_SERVICE_BYTES, "first", 1),
                        new Usage.Labelled(Statistic.IO_SERVICE_BYTES, "b", 1));
    }

    @Test
    void aLimitIsTheCauseUnlessTheTaskEndedWell() {
        Termination killed =
                new Termination(OptionalInt.empty(), OptionalInt.of(9), Reason.EXITED, "killed by signal 9", 0, 5);
        Termination well =
                new Termination(OptionalInt.of(0), OptionalInt.empty(), Reason.EXITED, "exited with status 0", 0, 5);

        Termination limited = Exits.limited(killed, DISK);
        assertThat(limited.reason()).isEqualTo(Reason.DISK_LIMIT);
        assertThat(limited.message()).isEqualTo("12 MB of 10 MB");
        assertThat(limited.limitation()).hasValue(DISK);
        assertThat(limited.signal()).hasValue(9);
        assertThat(Exits.limited(well, DISK)).isEqualTo(well);
    }
}
