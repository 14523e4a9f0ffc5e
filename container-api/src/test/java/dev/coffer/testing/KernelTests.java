package dev.coffer.testing;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;
import static org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder.request;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** The kernel tests beneath some class-path roots: what there is, and running it where there is no Maven. */
public final class KernelTests {
    /** A pattern of class names, to run a few while they are written. */
    private static final String ONLY = "coffer.only";

    private KernelTests() {}

    /** Runs the kernel tests of the given directories of test classes; exits 0 only if none failed. */
    public static void main(String[] roots) {
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create().execute(beneath(roots), summary);
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        summary.getSummary().printFailuresTo(out);
        summary.getSummary().printTo(out);
        System.exit(summary.getSummary().getTotalFailureCount() == 0 ? 0 : 1);
    }

    /** Every kernel test method with the kernels it is excluded from, in order of name. Nothing is run. */
    static SortedMap<TestName, Exclusions> list(String... roots) {
        Launcher launcher = LauncherFactory.create();
        TestPlan plan = launcher.discover(beneath(roots));
        SortedMap<TestName, Exclusions> list = new TreeMap<>();
        for (TestIdentifier engine : plan.getRoots()) {
            for (TestIdentifier test : plan.getDescendants(engine)) {
                TestSource source = test.getSource().orElse(null);
                if (source instanceof MethodSource method) {
                    list.put(
                            new TestName(method.getClassName(), method.getMethodName()),
                            Exclusions.of(method.getJavaClass(), method.getJavaMethod()));
                }
            }
        }
        return list;
    }

    private static LauncherDiscoveryRequest beneath(String... roots) {
        Set<Path> paths = Arrays.stream(roots).map(Path::of).collect(Collectors.toSet());
        return request()
                .selectors(selectClasspathRoots(paths))
                .filters(ClassNameFilter.includeClassNamePatterns(System.getProperty(ONLY, ".*IT")), kernelTestsOnly())
                .build();
    }

    private static PostDiscoveryFilter kernelTestsOnly() {
        return test -> FilterResult.includedIf(dependsOnKernel(test));
    }

    private static boolean dependsOnKernel(TestDescriptor test) {
        if (test.getTags().contains(TestTag.create(KernelTest.TAG))) {
            return true;
        }
        if (test.getSource().orElse(null) instanceof ClassSource type
                && type.getClassName().endsWith("KernelIT")) {
            return true;
        }
        return test.getParent().map(KernelTests::dependsOnKernel).orElse(false);
    }
}
