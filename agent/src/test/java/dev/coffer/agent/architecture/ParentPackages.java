package dev.coffer.agent.architecture;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A parent package is either vocabulary, which its children import, or a façade, which imports its children. Being both
 * is a cycle in the reader's head even where no single pair of packages forms one.
 */
final class ParentPackages {
    private final Map<String, String> importsAChild = new TreeMap<>();
    private final Map<String, String> importedByAChild = new TreeMap<>();

    ParentPackages(JavaClasses classes) {
        for (JavaClass type : classes) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                note(dependency);
            }
        }
    }

    /** One sentence per parent that is both, with a witness for either side. */
    List<String> undecided() {
        List<String> both = new ArrayList<>();
        importsAChild.forEach((parent, witness) -> {
            String contrary = importedByAChild.get(parent);
            if (contrary != null) {
                both.add("%s is facade (%s) and vocabulary (%s)".formatted(parent, witness, contrary));
            }
        });
        return both;
    }

    private void note(Dependency dependency) {
        String from = dependency.getOriginClass().getPackageName();
        String to = dependency.getTargetClass().getPackageName();
        String witness = dependency.getOriginClass().getSimpleName() + " uses "
                + dependency.getTargetClass().getSimpleName();
        if (to.startsWith(from + ".")) {
            importsAChild.putIfAbsent(from, witness);
        } else if (from.startsWith(to + ".")) {
            importedByAChild.putIfAbsent(to, witness);
        }
    }
}
