package dev.coffer.isolators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.coffer.container.ContainerId;
import dev.coffer.flag.Flag;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolation.PlanIsolator;
import dev.coffer.isolators.contract.FakeHost;
import dev.coffer.isolators.host.HostFacts;
import dev.coffer.linux.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What holds for every entry of the catalogue, without root; {@link IsolatorContractKernelIT} has the rest. */
class IsolatorContractTest {
    private static final Path PAGES = Path.of("..", "docs", "isolators");
    /** What concerns a whole family. */
    private static final Set<String> TOPICS = Set.of("cgroups-delegation.md");

    private static final List<String> HEADINGS =
            List.of("## What", "## Flags", "## Example", "## Kernel files written", "## Statistics", "## Caveats");

    @TempDir
    private Path directory;

    private final IsolatorCatalog catalog = new IsolatorCatalog(HostFacts.ofThisHost(), List.of());

    private IsolatorSetting setting(List<String> names) {
        return new IsolatorSetting(FlagValues.DEFAULTS, names, directory, directory, directory);
    }

    @TestFactory
    Stream<DynamicNode> everyIsolator() {
        return catalog.names().stream().map(name -> DynamicContainer.dynamicContainer(name, testsOf(name)));
    }

    private Stream<DynamicNode> testsOf(String name) {
        IsolatorProvider provider = catalog.find(name).orElseThrow();
        return Stream.of(
                dynamicTest("has a well-formed name and a place with a reason", () -> checkName(provider, name)),
                dynamicTest("explains its flags, whose defaults are valid", () -> checkFlags(provider)),
                dynamicTest("says what a bare host lacks and how to get it", () -> checkMissing(name)),
                dynamicTest("is made again and again without touching anything", () -> checkCreation(provider)),
                dynamicTest("plans the same for the same", () -> checkPlan(provider)),
                dynamicTest("names a resource without making it", () -> checkResource(provider)),
                dynamicTest("has a page with every heading", () -> checkPage(provider)));
    }

    private static void checkName(IsolatorProvider provider, String name) {
        assertThat(provider.name()).isEqualTo(name).matches("[a-z0-9_]+(/[a-z0-9_]+)?");
        assertThat(IsolatorCatalog.reasonFor(name)).isNotEmpty().doesNotEndWith(".");
    }

    private static void checkFlags(IsolatorProvider provider) {
        for (Flag<?> flag : provider.flags()) {
            assertThat(flag.name()).matches("[a-z][a-z0-9_]*").doesNotStartWith("no_");
            assertThat(flag.help()).matches("[A-Z].*[^.]\\.").hasSizeLessThan(160);
            assertThat(flag.syntax().expected()).isNotEmpty();
            assertThat(flag.syntax().label()).isNotEmpty();
            assertThat(FlagValues.DEFAULTS.get(flag)).isNotNull();
        }
    }

    private void checkMissing(String name) throws IOException, ErrnoException {
        IsolatorProvider onBareHost = new IsolatorCatalog(FakeHost.bare(directory.resolve("bare")), List.of())
                .find(name)
                .orElseThrow();
        onBareHost
                .missing(setting(List.of(name)))
                .ifPresent(
                        missing -> assertThat(missing).matches("[^;]+; .+[^.]").doesNotContain("\n"));
    }

    private void checkCreation(IsolatorProvider provider) throws IOException {
        Path empty = Files.createTempDirectory(directory, "empty");
        IsolatorSetting setting = new IsolatorSetting(FlagValues.DEFAULTS, catalog.names(), empty, empty, empty);
        List<Isolator> first = provider.create(setting);
        List<Isolator> second = provider.create(setting);

        assertThat(first)
                .extracting(Isolator::name)
                .isEqualTo(second.stream().map(Isolator::name).toList());
        assertThat(empty).isEmptyDirectory();
    }

    private void checkPlan(IsolatorProvider provider) {
        for (Isolator isolator : provider.create(
                setting(IsolatorSelection.of(catalog, setting(List.of())).names()))) {
            if (isolator instanceof PlanIsolator planner) {
                assertThat(planner.plan(Specs.DEFAULT.context())).isEqualTo(planner.plan(Specs.DEFAULT.context()));
            }
        }
    }

    private void checkResource(IsolatorProvider provider) throws IOException {
        ContainerId id = new ContainerId("contract-never-made");
        for (Isolator isolator : provider.create(setting(catalog.names()))) {
            if (isolator instanceof HostIsolator holder) {
                assertThat(holder.resourceFor(id)).isNotNull();
                assertThat(holder.discover()).doesNotContain(id);
            }
        }
    }

    private static void checkPage(IsolatorProvider provider) throws IOException {
        List<String> lines = Files.readAllLines(PAGES.resolve(provider.name().replace('/', '-') + ".md"));
        assertThat(lines.get(0)).isEqualTo("# " + provider.name());
        assertThat(lines.stream().filter(line -> line.startsWith("## ")).limit(HEADINGS.size()))
                .containsExactlyElementsOf(HEADINGS);
    }

    /** One that several isolators read is explained on the page of one of them at least. */
    @Test
    void everyFlagIsExplainedOnAPage() throws IOException {
        Set<String> unexplained = new TreeSet<>(catalog.flags().keySet());
        unexplained.remove("isolation");
        for (String name : catalog.names()) {
            Path page = PAGES.resolve(name.replace('/', '-') + ".md");
            String text = Files.exists(page) ? Files.readString(page) : "";
            catalog.find(name).orElseThrow().flags().stream()
                    .filter(flag -> text.contains("`--" + flag.name()))
                    .forEach(flag -> unexplained.remove(flag.name()));
        }
        assertThat(unexplained).isEmpty();
    }

    @Test
    void everyPlaceIsTakenOnce() {
        List<String> names = new ArrayList<>();
        Order.PLACES.forEach(place -> names.add(place.name()));

        assertThat(names).doesNotHaveDuplicates().containsAll(Order.DEFAULT).containsAll(catalog.names());
        assertThat(Order.DEFAULT).isSortedAccordingTo((a, b) -> Integer.compare(Order.rank(a), Order.rank(b)));
    }

    @Test
    void everyPageIsOfAnIsolator() throws IOException {
        Set<String> pages = new HashSet<>(TOPICS);
        catalog.names().forEach(name -> pages.add(name.replace('/', '-') + ".md"));

        try (Stream<Path> present = Files.list(PAGES)) {
            assertThat(present.map(page -> page.getFileName().toString())).allMatch(pages::contains);
        }
    }

    @Test
    void noFlagIsDeclaredTwice() {
        assertThat(catalog.flags()).containsKey("isolation").containsKey("cgroups_root");
    }
}
