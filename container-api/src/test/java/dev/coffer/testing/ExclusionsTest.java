package dev.coffer.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ExclusionsTest {
    @Test
    void joinsTheReasonsOfTheClassAndTheMethod() throws NoSuchMethodException {
        Exclusions exclusions = Exclusions.of(Sample.class, Sample.class.getDeclaredMethod("written"));

        assertThat(exclusions.reasonFor(Kernel.VM_V2)).contains("no network");
        assertThat(exclusions.reasonFor(Kernel.HOST_V1)).contains("writes v2 files");
        assertThat(exclusions.reasonFor(Kernel.HOST_V2)).isEmpty();
    }

    @Test
    void refusesABlankReason() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Exclusions.of(Sample.class.getDeclaredMethod("blank")))
                .withMessageEndingWith("the reason is blank");
    }

    @ExcludedOnKernel(value = Kernel.VM_V2, reason = "no network")
    static final class Sample {
        @ExcludedOnKernel(value = Kernel.HOST_V1, reason = "writes v2 files")
        void written() {}

        @ExcludedOnKernel(value = Kernel.HOST_V1, reason = " ")
        void blank() {}
    }
}
