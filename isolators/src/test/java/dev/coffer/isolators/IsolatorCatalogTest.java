package dev.coffer.isolators;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.LaunchPlan;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.BindRoot;
import dev.coffer.isolation.PlanIsolator;
import dev.coffer.isolators.filesystem.CgroupMount;
import dev.coffer.isolators.namespace.NamespacesIsolator;
import dev.coffer.isolators.security.AgentCapabilities;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IsolatorCatalogTest {
    private static final List<PlanIsolator> ISOLATORS = IsolatorCatalog.planIsolators(
            List.of(CgroupMount.UNIFIED), new AgentCapabilities((1L << 41) - 1), Optional.empty());

    @Test
    void listsEveryIsolatorOnceInOrder() {
        assertThat(ISOLATORS)
                .extracting(Isolator::name)
                .containsExactly(
                        "filesystem/linux",
                        "linux/namespaces",
                        "linux/keyring",
                        "posix/rlimits",
                        "docker/runtime",
                        "linux/nnp",
                        "linux/seccomp");
    }

    @Test
    void makesACompletePlanWithARoot() {
        List<LaunchStep> steps = new ArrayList<>(List.of(new BindRoot(Path.of("/image"), true)));
        ISOLATORS.forEach(isolator -> steps.addAll(isolator.plan(Specs.DEFAULT.context())));

        LaunchPlan plan = LaunchPlan.of(
                NamespacesIsolator.namespacesFor(Specs.DEFAULT.spec("web-1")), Path.of("/root"), true, steps);

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

    @Test
    void documentsEveryIsolator() {
        Path pages = Path.of("..", "docs", "isolators");

        for (PlanIsolator isolator : ISOLATORS) {
            assertThat(pages.resolve(isolator.name().replace('/', '-') + ".md")).isNotEmptyFile();
        }
        assertThat(Files.exists(pages.resolve("linux-capabilities.md"))).isTrue();
    }
}
