package dev.coffer.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The only accepted way for a kernel test not to run on a kernel: named, and with a reason that is printed. A test that
 * skips itself by other means, or that is excluded everywhere, fails {@code ./dev check}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(ExcludedOnKernels.class)
@ExtendWith(KernelCondition.class)
public @interface ExcludedOnKernel {
    Kernel[] value();

    /** What this kernel lacks that the test needs. */
    String reason();
}
