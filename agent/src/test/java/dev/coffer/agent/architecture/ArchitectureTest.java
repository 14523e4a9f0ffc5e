package dev.coffer.agent.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.anyElementThat;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noCodeUnits;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.stream.Stream;

/** The rules that neither Maven nor the compiler can see. */
@AnalyzeClasses(packages = "dev.coffer", importOptions = ProductionCode.class)
class ArchitectureTest {
    private static final String[] BINDINGS = {"com.sun.jna..", "jnr.."};
    private static final String[] BINDING_PACKAGES = {"dev.coffer.linux..", "dev.coffer.windows.."};

    @ArchTest
    static final ArchRule everyPackageBelongsToAModule = classes()
            .should()
            .resideInAnyPackage(Areas.all())
            .because("a new area is a decision: draw it in ARCHITECTURE.md and name it in Areas");

    @ArchTest
    static final ArchRule contractsKnowOnlyTheJdk = classes()
            .that()
            .resideInAnyPackage(Areas.CONTRACTS)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(with(Areas.CONTRACTS, "java..", "org.jspecify.."));

    @ArchTest
    static final ArchRule modulesMeetOnlyThroughContracts = moduleArrows();

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("dev.coffer.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule platformsDoNotSeeEachOther = noClasses()
            .that()
            .resideInAnyPackage("dev.coffer.linux..", "dev.coffer.shim..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.coffer.windows..");

    @ArchTest
    static final ArchRule bindingsStayInTheNativeLayer = noClasses()
            .that()
            .resideOutsideOfPackages(BINDING_PACKAGES)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(BINDINGS)
            .because("a caller names a kernel area, not the library that reaches it");

    @ArchTest
    static final ArchRule noBindingTypeIsReturnedOrAskedFor = noCodeUnits()
            .that()
            .areDeclaredInClassesThat()
            .arePublic()
            .and()
            .areNotPrivate()
            .should()
            .haveRawReturnType(resideInAnyPackage(BINDINGS))
            .orShould()
            .haveRawParameterTypes(anyElementThat(resideInAnyPackage(BINDINGS)))
            .because("an interface of the native layer speaks Java");

    @ArchTest
    static final ArchRule noBindingTypeIsAnAncestor = noClasses()
            .that()
            .arePublic()
            .and()
            .areTopLevelClasses()
            .should()
            .beAssignableTo(resideInAnyPackage(BINDINGS));

    @ArchTest
    static final ArchRule processesStartInTheNativeLayer = noClasses()
            .that()
            .resideOutsideOfPackages(Areas.NATIVE)
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(ProcessBuilder.class)
            .orShould()
            .callMethodWhere(Calls.to(Runtime.class, "exec"));

    @ArchTest
    static final ArchRule surroundingsAreReadInOnePlace = noClasses()
            .that()
            .resideOutsideOfPackages(with(Areas.NATIVE, "dev.coffer.agent.config..", "dev.coffer.benchmarks.."))
            .should()
            .callMethodWhere(Calls.to(System.class, "getenv", "getProperty", "getProperties", "setProperty"))
            .orShould()
            .callMethodWhere(Calls.to(Boolean.class, "getBoolean"))
            .orShould()
            .callMethodWhere(Calls.to(Integer.class, "getInteger"))
            .orShould()
            .callMethodWhere(Calls.to(Long.class, "getLong"))
            .because("a constructor takes the values it needs");

    @ArchTest
    static final ArchRule onlyTheFrontDoorsEndTheProcess = noClasses()
            .that()
            .resideOutsideOfPackages(with(Areas.AGENT, Areas.BENCHMARKS))
            .should()
            .callMethodWhere(Calls.to(System.class, "exit"))
            .orShould()
            .callMethodWhere(Calls.to(Runtime.class, "exit", "halt"));

    @ArchTest
    static final ArchRule onlyTheFrontDoorsPrint = noClasses()
            .that()
            .resideOutsideOfPackages(with(Areas.AGENT, Areas.BENCHMARKS))
            .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
            .because("everything else logs or throws");

    @ArchTest
    static final ArchRule exceptionsSayWhatHappened = GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;

    @ArchTest
    static final ArchRule loggingGoesThroughSlf4j = GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    @ArchTest
    static void aParentPackageIsVocabularyOrFacade(JavaClasses classes) {
        assertThat(new ParentPackages(classes).undecided()).isEmpty();
    }

    @ArchTest
    static void looksAtTheContractsAtLeast(JavaClasses classes) {
        assertThat(classes.contain("dev.coffer.isolation.LaunchStep")).isTrue();
        assertThat(classes.contain("dev.coffer.testing.Kernel"))
                .as("test classes among them")
                .isFalse();
    }

    private static ArchRule moduleArrows() {
        LayeredArchitecture arrows = layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("dev.coffer..")
                .withOptionalLayers(true)
                .layer("contracts")
                .definedBy(Areas.CONTRACTS)
                .layer("native")
                .definedBy(Areas.NATIVE)
                .layer("agent")
                .definedBy(Areas.AGENT)
                .layer("benchmarks")
                .definedBy(Areas.BENCHMARKS)
                .whereLayer("native")
                .mayOnlyAccessLayers("contracts")
                .whereLayer("agent")
                .mayOnlyBeAccessedByLayers("benchmarks");
        for (String sibling : Areas.SIBLINGS) {
            arrows = arrows.layer(sibling)
                    .definedBy(sibling)
                    .whereLayer(sibling)
                    .mayOnlyAccessLayers("contracts", "native");
        }
        return arrows;
    }

    private static String[] with(String[] packages, String... more) {
        return Stream.concat(Stream.of(packages), Stream.of(more)).toArray(String[]::new);
    }
}
