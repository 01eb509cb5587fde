package suture.target.linux.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.bytes.FormatException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Symbol tables as text. */
class SymbolTextTest {
    @TempDir Path work;

    private Path file(String... lines) throws IOException {
        return Files.write(work.resolve("symbols"), List.of(lines));
    }

    private static List<Integer> positions(ObjectSymbols table, String name) {
        return table.symbols().named(name).stream().map(KernelSymbol::position).toList();
    }

    @Test
    void systemMapCountsInItsOrder() throws IOException {
        ObjectSymbols kernel =
                SymbolText.systemMap(
                        file(
                                "ffffffff81000000 T _text",
                                "ffffffff81000010 t same",
                                "ffffffff81000020 T only",
                                "ffffffff81000030 t same",
                                "ffffffff82000000 r __ksymtab_only"));
        assertThat(kernel.object()).isEqualTo("vmlinux");
        assertThat(positions(kernel, "same")).containsExactly(1, 2);
        assertThat(positions(kernel, "only")).containsExactly(0);
        assertThat(kernel.exports()).containsExactly("only");
        assertThat(kernel.placed()).isTrue();
    }

    @Test
    void systemMapOfAnotherPackageIsNotTaken() throws IOException {
        Path stub = file("ffffffffffffffff B The real System.map is in another package");
        assertThatThrownBy(() -> SymbolText.systemMap(stub)).isInstanceOf(FormatException.class);
        Path other = file("ffffffffffffffff B end");
        assertThatThrownBy(() -> SymbolText.systemMap(other)).isInstanceOf(FormatException.class);
    }

    @Test
    void kallsymsHasModulesAndMayHideAddresses() throws IOException {
        List<ObjectSymbols> all =
                SymbolText.kallsyms(
                        file(
                                "0000000000000000 T _text",
                                "0000000000000000 t same",
                                "0000000000000000 t same",
                                "0000000000000000 t same\t[dummy]",
                                "0000000000000000 t bpf_prog_6deef7357e7b4530\t[bpf]",
                                "0000000000000000 t trampoline\t[__builtin__ftrace]"));
        assertThat(all).extracting(ObjectSymbols::object).containsExactly("vmlinux", "dummy");
        assertThat(positions(all.getFirst(), "same")).containsExactly(1, 2);
        assertThat(positions(all.getLast(), "same")).containsExactly(0);
        assertThat(all.getFirst().placed()).isFalse();
        assertThat(all.getFirst().exportsKnown()).isFalse();
    }

    @Test
    void listOfKlpConvertHasObjects() throws IOException {
        List<ObjectSymbols> all =
                SymbolText.symbolList(
                        file(
                                "klp-convert-symbol-data.0.1",
                                "*vmlinux",
                                "same",
                                "same",
                                "__ksymtab_given",
                                "given",
                                "*kvm-intel",
                                "same"));
        assertThat(all).extracting(ObjectSymbols::object).containsExactly("vmlinux", "kvm_intel");
        assertThat(positions(all.getFirst(), "same")).containsExactly(1, 2);
        assertThat(all.getFirst().exports()).containsExactly("given");
        Path none = file("*vmlinux", "same");
        assertThatThrownBy(() -> SymbolText.symbolList(none)).isInstanceOf(FormatException.class);
        Path before = file("klp-convert-symbol-data.0.1", "same");
        assertThatThrownBy(() -> SymbolText.symbolList(before)).isInstanceOf(FormatException.class);
    }
}
