package dev.coffer.testing;

import java.lang.reflect.AnnotatedElement;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The kernels that a test, or the class around it, is excluded from, each with its reason. */
record Exclusions(Map<Kernel, String> reasons) {
    Exclusions {
        reasons = Map.copyOf(reasons);
    }

    /** Reads the annotations of all elements together; a blank reason is the fault of whoever wrote it. */
    static Exclusions of(AnnotatedElement... elements) {
        Map<Kernel, String> reasons = new EnumMap<>(Kernel.class);
        for (AnnotatedElement element : elements) {
            for (ExcludedOnKernel exclusion : element.getAnnotationsByType(ExcludedOnKernel.class)) {
                addTo(reasons, exclusion, element);
            }
        }
        return new Exclusions(reasons);
    }

    Optional<String> reasonFor(Kernel kernel) {
        return Optional.ofNullable(reasons.get(kernel));
    }

    private static void addTo(Map<Kernel, String> reasons, ExcludedOnKernel exclusion, AnnotatedElement element) {
        if (exclusion.reason().isBlank()) {
            throw new IllegalArgumentException(
                    "cannot exclude test " + element + " from a kernel: the reason is blank");
        }
        for (Kernel kernel : exclusion.value()) {
            reasons.put(kernel, exclusion.reason());
        }
    }
}
