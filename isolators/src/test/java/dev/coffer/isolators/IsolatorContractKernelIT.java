package dev.coffer.isolators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.coffer.container.ContainerId;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolators.cgroup.CgroupFlags;
import dev.coffer.isolators.host.HostFacts;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.CgroupHierarchy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What holds for every isolator that owns something on the host, on this kernel, as far as it can do it. */
class IsolatorContractKernelIT {
    private static final ContainerId ID = new ContainerId("contract-1");
    private static final ContainerId OTHER = new ContainerId("contract-2");

    private static final String ROOT =
            "coffer-contract-" + ProcessHandle.current().pid();

    @TempDir
    private Path directory;

    private final IsolatorCatalog catalog = new IsolatorCatalog(HostFacts.ofThisHost(), List.of());

    @AfterEach
    void removeRoots() throws ErrnoException {
        for (CgroupHierarchy hierarchy : HostFacts.ofThisHost().cgroups().all()) {
            hierarchy.cgroup(ROOT).removeTree(Duration.ofSeconds(10));
        }
    }

    /** All that this kernel can do at once, with roots of its own. */
    private List<HostIsolator> isolators() {
        IsolatorSetting setting = new IsolatorSetting(
                FlagValues.DEFAULTS.withText(CgroupFlags.ROOT, ROOT),
                List.of(),
                directory.resolve("run"),
                directory.resolve("work"),
                directory.resolve("work/sandboxes"));
        List<String> possible = new ArrayList<>();
        for (String name : catalog.names()) {
            if (catalog.find(name).orElseThrow().missing(setting).isEmpty()) {
                possible.add(name);
            }
        }
        return catalog.create(setting.with(possible)).onHost();
    }

    @TestFactory
    Stream<DynamicTest> everyHostIsolator() throws IOException {
        Files.createDirectories(directory.resolve("run"));
        for (ContainerId id : List.of(ID, OTHER)) {
            Files.createDirectories(directory.resolve("work/sandboxes/" + id + "/rootfs/upper"));
            Files.createDirectories(directory.resolve("work/sandboxes/" + id + "/rootfs/work"));
        }
        return isolators().stream()
                .map(isolator -> dynamicTest(isolator.name(), () -> removesWhatItMakesAndFindsOnlyThat(isolator)));
    }

    private static void removesWhatItMakesAndFindsOnlyThat(HostIsolator isolator) throws IOException {
        HostResource resource = isolator.resourceFor(ID);
        HostResource other = isolator.resourceFor(OTHER);
        try {
            Set<String> before = mounts();
            resource.create(Specs.DEFAULT.spec(ID.value()));
            assertThat(isolator.resourceFor(ID).steps()).isEqualTo(resource.steps());
            other.close();
            resource.close();
            resource.close();
            assertThat(isolator.discover()).doesNotContain(ID, OTHER);
            assertThat(mounts()).isEqualTo(before);

            resource.create(Specs.DEFAULT.spec(ID.value()));
            assertThat(isolator.discover()).doesNotContain(OTHER);
            isolator.resourceFor(ID).close();
            assertThat(isolator.discover()).doesNotContain(ID);
        } finally {
            resource.close();
            other.close();
        }
    }

    private static Set<String> mounts() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
                .map(line -> line.split(" ", -1)[4])
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
