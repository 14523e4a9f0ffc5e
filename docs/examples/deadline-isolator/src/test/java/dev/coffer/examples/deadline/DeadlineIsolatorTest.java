package dev.coffer.examples.deadline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.ContainerSpec.SandboxPolicy;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.Limitation;
import dev.coffer.container.ProcessSpec;
import dev.coffer.container.Resources;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.Stdio;
import dev.coffer.container.Termination.Reason;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolation.LimitsAtRunTime;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeadlineIsolatorTest {
    private static final ContainerId ID = new ContainerId("job-1");

    @TempDir
    private Path directory;

    private HostIsolator isolator(String deadline) {
        IsolatorProvider provider =
                ServiceLoader.load(IsolatorProvider.class).iterator().next();
        FlagValues flags = FlagValues.DEFAULTS.withText(DeadlineProvider.DEADLINE, deadline);
        IsolatorSetting setting = new IsolatorSetting(flags, List.of(provider.name()), directory, directory, directory);
        return (HostIsolator) provider.create(setting).get(0);
    }

    private static ContainerSpec spec() {
        return new ContainerSpec(
                ID,
                Optional.empty(),
                ProcessSpec.of("true"),
                Resources.UNLIMITED,
                IsolationSpec.DEFAULT,
                SecuritySpec.DEFAULT,
                new Stdio.SandboxFiles(),
                SandboxPolicy.REMOVE);
    }

    @Test
    void endsAContainerThatRunsTooLong() throws Exception {
        CompletableFuture<Limitation> exceeded = new CompletableFuture<>();
        HostResource resource = isolator("10ms").resourceFor(ID);
        resource.create(spec());

        ((LimitsAtRunTime) resource).watch(exceeded::complete);

        assertThat(exceeded.get(10, TimeUnit.SECONDS).reason()).isEqualTo(Reason.TIME_LIMIT);
        resource.close();
    }

    @Test
    void keepsTheDeadlineForTheNextAgent() throws Exception {
        isolator("10ms").resourceFor(ID).create(spec());
        CompletableFuture<Limitation> exceeded = new CompletableFuture<>();

        HostResource found = isolator("1hrs").resourceFor(ID);
        ((LimitsAtRunTime) found).watch(exceeded::complete);

        assertThat(exceeded.get(10, TimeUnit.SECONDS).resource()).startsWith("time:");
        found.close();
    }

    @Test
    void leavesNothingAndFindsOnlyWhatItMade() {
        HostIsolator isolator = isolator("1hrs");
        HostResource resource = isolator.resourceFor(ID);
        assertThat(isolator.discover()).isEmpty();

        resource.create(spec());
        assertThat(isolator.discover()).containsExactly(ID);
        assertThatThrownBy(() -> resource.create(spec())).isInstanceOf(IsolationException.class);

        resource.close();
        resource.close();
        assertThat(isolator.discover()).isEmpty();
    }

    @Test
    void leavesAContainerAloneThatWasStartedWithoutIt() {
        CompletableFuture<Limitation> exceeded = new CompletableFuture<>();

        ((LimitsAtRunTime) isolator("1ms").resourceFor(ID)).watch(exceeded::complete);

        assertThat(exceeded).isNotDone();
    }
}
