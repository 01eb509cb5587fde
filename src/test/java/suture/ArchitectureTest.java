package suture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Arrows between packages only point down. */
class ArchitectureTest {
    /** From the top to the bottom; packages on one line never see each other. */
    private static final List<List<String>> FLOORS =
            List.of(
                    List.of("cli"),
                    List.of("report"),
                    List.of("host", "trial"),
                    List.of("target.process", "target.linux", "target.xen"),
                    List.of("plan"),
                    List.of("diff", "impact"),
                    List.of("match"),
                    List.of("graph"),
                    List.of("build"),
                    List.of("source", "machine", "dwarf", "exec"),
                    List.of("elf"),
                    List.of("bytes", "finding"));

    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new DoNotIncludeTests())
                    .importPackages("suture");

    @Test
    void arrowsPointDown() {
        for (int floor = 0; floor < FLOORS.size(); floor++) {
            for (String room : FLOORS.get(floor)) {
                List<String> forbidden =
                        FLOORS.subList(0, floor + 1).stream()
                                .flatMap(List::stream)
                                .filter(other -> !other.equals(room))
                                .map(ArchitectureTest::packages)
                                .toList();
                if (!forbidden.isEmpty()) {
                    noClasses()
                            .that()
                            .resideInAPackage(packages(room))
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage(forbidden.toArray(String[]::new))
                            .allowEmptyShould(true)
                            .check(CLASSES);
                }
            }
        }
    }

    @Test
    void everyRoomHasAFloor() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        FLOORS.stream()
                                .flatMap(List::stream)
                                .map(ArchitectureTest::packages)
                                .toArray(String[]::new))
                .should()
                .resideInAPackage("suture..")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void noCycles() {
        slices().matching("suture.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void onlyTheCommandLinePrintsAndExits() {
        noClasses()
                .that()
                .resideOutsideOfPackage("suture.cli")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .orShould()
                .callMethod(System.class, "getenv", String.class)
                .check(CLASSES);
    }

    @Test
    void onlyExecStartsProcesses() {
        noClasses()
                .that()
                .resideOutsideOfPackage("suture.exec")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(ProcessBuilder.class)
                .check(CLASSES);
    }

    private static String packages(String room) {
        return "suture." + room + "..";
    }
}
