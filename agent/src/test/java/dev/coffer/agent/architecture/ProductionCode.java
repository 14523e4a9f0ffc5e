package dev.coffer.agent.architecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;

/** Leaves out test classes, whether they lie in a directory or in a module's test-jar. */
final class ProductionCode implements ImportOption {
    private static final ImportOption NO_TEST_DIRECTORIES = new ImportOption.DoNotIncludeTests();

    @Override
    public boolean includes(Location location) {
        return NO_TEST_DIRECTORIES.includes(location) && !location.contains("-tests.jar");
    }
}
