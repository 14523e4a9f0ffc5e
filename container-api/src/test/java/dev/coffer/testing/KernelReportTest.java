package dev.coffer.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.testing.KernelResult.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class KernelReportTest {
    private static final TestName TEST = new TestName("dev.coffer.PidsKernelIT", "stopsAForkBomb");
    private static final Exclusions NOWHERE_EXCLUDED = new Exclusions(Map.of());
    private static final Exclusions NOT_IN_THE_VM = new Exclusions(Map.of(Kernel.VM_V2, "needs a v1 hierarchy"));

    private final SortedMap<TestName, Exclusions> tests = new TreeMap<>();
    private final List<KernelResult> results = new ArrayList<>();

    @Test
    void hasNoComplaintWhenEveryKernelPassed() {
        tests.put(TEST, NOWHERE_EXCLUDED);
        saw(Kernel.HOST_V1, TEST, Outcome.PASSED);
        saw(Kernel.VM_V2, TEST, Outcome.PASSED);

        assertThat(complaints()).isEmpty();
    }

    @Test
    void complainsOfATestTheVmNeverReported() {
        tests.put(TEST, NOWHERE_EXCLUDED);
        saw(Kernel.HOST_V1, TEST, Outcome.PASSED);

        assertThat(complaints()).containsExactly("no result of dev.coffer.PidsKernelIT.stopsAForkBomb on vm-v2");
    }

    @Test
    void complainsOfASkipThatNoAnnotationExplains() {
        tests.put(TEST, NOWHERE_EXCLUDED);
        saw(Kernel.HOST_V1, TEST, Outcome.SKIPPED);
        saw(Kernel.VM_V2, TEST, Outcome.PASSED);

        assertThat(complaints()).singleElement().asString().startsWith("skipped without an @ExcludedOnKernel");
    }

    @Test
    void acceptsASkipThatAnAnnotationExplains() {
        tests.put(TEST, NOT_IN_THE_VM);
        saw(Kernel.HOST_V1, TEST, Outcome.PASSED);
        saw(Kernel.VM_V2, TEST, Outcome.SKIPPED);

        assertThat(complaints()).isEmpty();
    }

    @Test
    void complainsOfATestThatRanNowhere() {
        tests.put(TEST, new Exclusions(Map.of(Kernel.VM_V2, "no reason is good", Kernel.HOST_V1, "enough for both")));
        saw(Kernel.HOST_V1, TEST, Outcome.SKIPPED);
        saw(Kernel.VM_V2, TEST, Outcome.SKIPPED);

        assertThat(complaints()).containsExactly("dev.coffer.PidsKernelIT.stopsAForkBomb ran on no kernel");
    }

    @Test
    void countsAMethodAsFailedWhenOneOfItsRunsFailed() {
        tests.put(TEST, NOWHERE_EXCLUDED);
        saw(Kernel.HOST_V1, TEST, Outcome.PASSED);
        saw(Kernel.HOST_V1, TEST, Outcome.FAILED);
        saw(Kernel.HOST_V1, TEST, Outcome.PASSED);
        saw(Kernel.VM_V2, TEST, Outcome.PASSED);

        assertThat(complaints()).singleElement().asString().startsWith("failed: " + TEST + " on host-v1");
    }

    @Test
    void countsWhatHappenedToAClassAgainstEachOfItsMethods() {
        tests.put(TEST, NOWHERE_EXCLUDED);
        saw(Kernel.HOST_V1, TEST, Outcome.PASSED);
        saw(Kernel.VM_V2, TEST.wholeClass(), Outcome.FAILED);

        assertThat(complaints()).singleElement().asString().startsWith("failed: " + TEST + " on vm-v2");
    }

    @Test
    void complainsOfAFailureInAClassThatIsNotListed() {
        tests.put(TEST, NOWHERE_EXCLUDED);
        saw(Kernel.HOST_V1, TEST, Outcome.PASSED);
        saw(Kernel.VM_V2, TEST, Outcome.PASSED);
        saw(Kernel.VM_V2, new TestName("dev.coffer.Unloadable", TestName.ALL), Outcome.FAILED);

        assertThat(complaints()).singleElement().asString().contains("dev.coffer.Unloadable");
    }

    @Test
    void readsBackItsOwnLinesAmongTheNoiseOfAConsole() {
        KernelResult result = new KernelResult(Kernel.VM_V2, TEST, Outcome.FAILED, 1200, "expected\n\t64 was 65");

        List<KernelResult> read =
                KernelResult.parse(List.of("[ 1.2] random: crng init done", result.line() + "\r", "@result\tVM_V2"));

        assertThat(read)
                .containsExactly(new KernelResult(Kernel.VM_V2, TEST, Outcome.FAILED, 1200, "expected 64 was 65"));
    }

    private void saw(Kernel kernel, TestName test, Outcome outcome) {
        results.add(new KernelResult(kernel, test, outcome, 1, ""));
    }

    private List<String> complaints() {
        return new KernelReport(tests, Set.of(Kernel.HOST_V1, Kernel.VM_V2), results).complaints();
    }
}
