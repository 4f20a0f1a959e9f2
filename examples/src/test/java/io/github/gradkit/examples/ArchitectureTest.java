package io.github.gradkit.examples;

import static com.tngtech.archunit.core.domain.JavaModifier.PROTECTED;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.github.gradkit.examples.fixture.Leaky;
import io.github.gradkit.examples.fixture.Tight;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may use whom. */
class ArchitectureTest {

    private static final String BASE = "io.github.gradkit";
    private static final List<String> PLUGINS =
            List.of("tracin", "advtrain", "hyperopt", "adacomp", "learninit", "adm");
    private static final List<String> PROGRAMS = List.of("examples", "benchmarks");

    private static JavaClasses main;

    @BeforeAll
    static void importClasses() {
        main =
                new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages(BASE);
    }

    private static String[] packages(Stream<String> modules) {
        return modules.map(ArchitectureTest::packageOf).toArray(String[]::new);
    }

    private static String packageOf(String module) {
        return BASE + "." + module + "..";
    }

    static List<String> plugins() {
        return PLUGINS;
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {
                "support",
                "report",
                "tracin",
                "advtrain",
                "hyperopt",
                "adacomp",
                "learninit",
                "adm",
                "examples"
            })
    void moduleIsChecked(String module) {
        assertThat(main.stream().map(JavaClass::getPackageName))
                .anyMatch(name -> (name + ".").startsWith(BASE + "." + module + "."));
    }

    @Test
    void supportAndReportDoNotDependOnPluginsOrPrograms() {
        noClasses()
                .that()
                .resideInAnyPackage(packageOf("support"), packageOf("report"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages(Stream.concat(PLUGINS.stream(), PROGRAMS.stream())))
                .check(main);
    }

    @Test
    void supportAndReportDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAPackage(packageOf("support"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(packageOf("report"))
                .check(main);
        noClasses()
                .that()
                .resideInAPackage(packageOf("report"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(packageOf("support"))
                .check(main);
    }

    @Test
    void reportDoesNotKnowDjl() {
        noClasses()
                .that()
                .resideInAPackage(packageOf("report"))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("ai.djl..")
                .check(main);
    }

    @ParameterizedTest
    @MethodSource("plugins")
    void pluginDependsOnNoProgramAndNoPluginBesideTheOneItUses(String plugin) {
        Stream<String> others =
                PLUGINS.stream()
                        .filter(other -> !other.equals(plugin) && !uses(plugin).equals(other));
        noClasses()
                .that()
                .resideInAPackage(packageOf(plugin))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages(Stream.concat(others, PROGRAMS.stream())))
                .allowEmptyShould(true)
                .check(main);
    }

    /** The only plugin that builds on another: a learned start is a start of attacks. */
    private static String uses(String plugin) {
        return plugin.equals("learninit") ? "advtrain" : "";
    }

    @Test
    void noClassDependsOnAnEngine() {
        noClasses().should().dependOnClassesThat().resideInAPackage("ai.djl.pytorch..").check(main);
    }

    @Test
    void librariesDoNotPrint() {
        noClasses()
                .that()
                .resideOutsideOfPackages(packages(PROGRAMS.stream()))
                .should(ACCESS_STANDARD_STREAMS)
                .check(main);
    }

    @Test
    void internalTypesStayOutOfPublicSignatures() {
        signatureRule().check(main);
    }

    @Test
    void signatureRuleCanFail() {
        assertThat(signatureRule().evaluate(fixture(Leaky.class)).hasViolation()).isTrue();
        assertThat(signatureRule().evaluate(fixture(Tight.class)).hasViolation()).isFalse();
    }

    private static JavaClasses fixture(Class<?> type) {
        return new ClassFileImporter().importClasses(type);
    }

    private static ArchRule signatureRule() {
        return classes()
                .that()
                .resideOutsideOfPackage("..internal..")
                .and(
                        DescribedPredicate.describe(
                                "are public, with all their enclosing classes",
                                ArchitectureTest::isPublic))
                .should(showNoInternalType());
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(PUBLIC)
                && type.getEnclosingClass().map(ArchitectureTest::isPublic).orElse(true);
    }

    private static ArchCondition<JavaClass> showNoInternalType() {
        return new ArchCondition<>("show no internal type in a signature") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                Stream<JavaType> parents =
                        Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
                report(parents, type.getName(), events);
                for (JavaMember member : type.getMembers()) {
                    if (member.getModifiers().contains(PUBLIC)
                            || member.getModifiers().contains(PROTECTED)) {
                        report(typesOf(member), member.getFullName(), events);
                    }
                }
            }
        };
    }

    private static Stream<JavaType> typesOf(JavaMember member) {
        if (member instanceof JavaField field) {
            return Stream.of(field.getType());
        }
        JavaCodeUnit unit = (JavaCodeUnit) member;
        return Stream.concat(Stream.of(unit.getReturnType()), unit.getParameterTypes().stream());
    }

    private static void report(Stream<JavaType> types, String where, ConditionEvents events) {
        types.flatMap(type -> type.getAllInvolvedRawTypes().stream())
                .filter(type -> (type.getPackageName() + ".").contains(".internal."))
                .filter(type -> type.getPackageName().startsWith(BASE))
                .forEach(
                        type ->
                                events.add(
                                        SimpleConditionEvent.violated(
                                                type, where + " shows " + type.getName())));
    }
}
