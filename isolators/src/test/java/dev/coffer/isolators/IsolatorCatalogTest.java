package dev.coffer.isolators;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolation.LaunchPlan;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.BindRoot;
import dev.coffer.isolators.host.HostFacts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class IsolatorCatalogTest {
    private static final IsolatorCatalog CATALOG = new IsolatorCatalog(HostFacts.ofThisHost(), List.of());
    private static final IsolatorSetting SETTING = new IsolatorSetting(
            FlagValues.DEFAULTS, List.of(), Path.of("/runtime"), Path.of("/work"), Path.of("/work/sandboxes"));

    private static IsolatorSet create() {
        return CATALOG.create(
                SETTING.with(IsolatorSelection.of(CATALOG, SETTING).names()));
    }

    @Test
    void ordersIsolatorsAsTheirPlacesSay() {
        assertThat(create().inChild())
                .extracting(Isolator::name)
                .containsSubsequence(
                        "filesystem/linux",
                        "namespaces",
                        "linux/keyring",
                        "posix/rlimits",
                        "docker/runtime",
                        "linux/nnp",
                        "volumes",
                        "linux/seccomp");
    }

    @Test
    void makesACompletePlanWithARoot() {
        IsolatorSet isolators = create();
        List<LaunchStep> steps = new ArrayList<>(List.of(new BindRoot(Path.of("/image"), true)));
        isolators.inChild().forEach(isolator -> steps.addAll(isolator.plan(Specs.DEFAULT.context())));

        LaunchPlan plan =
                LaunchPlan.of(isolators.namespacesOf(Specs.DEFAULT.spec("web-1")), Path.of("/root"), true, steps);

        assertThat(plan.steps().subList(plan.steps().size() - 9, plan.steps().size()))
                .extracting(LaunchPlan::nameOf)
                .containsExactly(
                        "pivot-root",
                        "hostname",
                        "loopback-up",
                        "session-keyring",
                        "working-directory",
                        "no-new-privileges",
                        "identity",
                        "seccomp",
                        "exec");
    }
}
