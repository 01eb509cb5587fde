package suture.target.linux.convert;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.dwarf.DebugInfo;
import suture.elf.ElfReader;
import suture.elf.Tool;
import suture.finding.Finding;
import suture.target.linux.klp.PatchedFunction;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What the debug information of own C says about copies of a function. */
class InlinedCopiesTest {
    @TempDir Path work;

    private static final PatchedFunction F = new PatchedFunction("vmlinux", "f", 0, "new_f");

    private List<Finding> find(String attribute, List<PatchedFunction> patched) throws IOException {
        String source =
                """
                int %s f(int n) { return n * 7 + 1; }
                int caller(int n) { return f(n) - 3; }
                int other(int n) { return n; }
                """;
        Path object =
                Tool.compile(work, "gcc-12", source.formatted(attribute), "unit.o", "-O2", "-g");
        DebugInfo info = DebugInfo.read(ElfReader.read(object));
        return InlinedCopies.find(F, "unit.c", info, patched);
    }

    @Test
    void functionThatHoldsACopyIsNamed() throws IOException {
        List<Finding> findings = find("", List.of(F));
        assertThat(findings).extracting(Finding::rule).containsExactly("inlined-copy");
        assertThat(findings.getFirst().message()).contains("inlined into caller");
        assertThat(findings.getFirst().place()).endsWith("unit.o.c:2");
    }

    @Test
    void nothingIsSaidIfThereIsNoCopyOrItIsReplaced() throws IOException {
        assertThat(find("__attribute__((noinline))", List.of(F))).isEmpty();
        PatchedFunction caller = new PatchedFunction("vmlinux", "caller", 0, "new_caller");
        assertThat(find("", List.of(F, caller))).isEmpty();
        PatchedFunction elsewhere = new PatchedFunction("dummy", "caller", 0, "new_caller");
        assertThat(find("", List.of(F, elsewhere))).hasSize(1);
    }
}
