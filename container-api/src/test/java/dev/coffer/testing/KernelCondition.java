package dev.coffer.testing;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Obeys {@link ExcludedOnKernel}. */
final class KernelCondition implements ExecutionCondition {
    private final Kernel present;

    KernelCondition() {
        this(Kernel.present());
    }

    KernelCondition(Kernel present) {
        this.present = present;
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return context.getElement()
                .map(Exclusions::of)
                .flatMap(exclusions -> exclusions.reasonFor(present))
                .map(ConditionEvaluationResult::disabled)
                .orElseGet(() -> ConditionEvaluationResult.enabled("runs on " + present.label()));
    }
}
