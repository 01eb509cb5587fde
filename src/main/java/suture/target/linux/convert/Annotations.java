package suture.target.linux.convert;

import org.jspecify.annotations.Nullable;

import suture.elf.ElfObject;
import suture.elf.Relocation;
import suture.elf.RelocationSection;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.finding.Finding;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The choices of an author, in both forms (see the package).
 *
 * <p>An entry of {@code .klp.module_relocs.OBJECT} has 16 bytes: a pointer to the symbol, and the
 * position in the four bytes behind it.
 */
final class Annotations {
    private static final String SECTION = ".klp.module_relocs.";
    private static final String PREFIX = ".klp.sym.rela.";
    private static final int ENTRY = 16;
    private static final Pattern SYMBOL =
            Pattern.compile(
                    "\\.klp\\.sym\\.rela\\.([^.]{1,55})\\.([^.]{1,55})\\.([^,]{1,511}),(\\d{1,9})");

    private final ElfObject module;
    private final Collection<Finding> findings;
    private final Map<Symbol, Choice> choices = new LinkedHashMap<>();
    private final Set<Section> sections = new HashSet<>();

    private Annotations(ElfObject module, Collection<Finding> findings) {
        this.module = module;
        this.findings = findings;
    }

    /** Reads them all. */
    static Annotations of(ElfObject module, Collection<Finding> findings) {
        Annotations annotations = new Annotations(module, findings);
        for (Section section : module.sections()) {
            if (section.name().startsWith(SECTION)) {
                annotations.sections.add(section);
            }
        }
        module.relocationSections().forEach(annotations::read);
        module.symbols().forEach(annotations::read);
        return annotations;
    }

    /** The sections that exist only to say this. */
    Set<Section> sections() {
        return sections;
    }

    /** What was said about a symbol, or null. */
    @Nullable Choice of(Symbol symbol) {
        return choices.get(symbol);
    }

    /** All of them. */
    Map<Symbol, Choice> all() {
        return choices;
    }

    private void read(RelocationSection relocations) {
        Section target = relocations.target();
        if (target == null || !sections.contains(target)) {
            return;
        }
        String object = target.name().substring(SECTION.length()).replace('-', '_');
        for (Relocation relocation : relocations.entries()) {
            Symbol symbol = relocation.symbol();
            long at = relocation.offset();
            if (at % ENTRY != 0
                    || !target.content().contains(at, ENTRY)
                    || symbol.name().isEmpty()) {
                refuse(
                        "annotation-form",
                        target.name() + "+0x" + Long.toHexString(at),
                        "not an entry { symbol, position } of " + ENTRY + " bytes",
                        "write KLP_MODULE_RELOC(" + object + ") x[] = { KLP_SYMPOS(symbol, 1), };");
            } else if (!symbol.isUndefined()) {
                refuse(
                        "annotation-form",
                        symbol.name(),
                        "it is annotated and defined in the module itself",
                        "remove the annotation, or declare the symbol extern");
            } else {
                int position = (int) target.content().u32(at + 8, module.header().order());
                choose(symbol, new Choice("", object, symbol.name(), position));
            }
        }
    }

    private void read(Symbol symbol) {
        if (!symbol.isUndefined() || !symbol.name().startsWith(PREFIX)) {
            return;
        }
        Matcher match = SYMBOL.matcher(symbol.name());
        if (match.matches()) {
            int position = Integer.parseInt(match.group(4));
            choose(symbol, new Choice(match.group(1), match.group(2), match.group(3), position));
        } else {
            refuse(
                    "annotation-form",
                    symbol.name(),
                    "not " + PREFIX + "PATCHED.OBJECT.NAME,POSITION",
                    "use KLP_RELOC_SYMBOL(PATCHED, OBJECT, NAME, POSITION)");
        }
    }

    private void choose(Symbol symbol, Choice choice) {
        Choice before = choices.putIfAbsent(symbol, choice);
        if (before != null && !before.equals(choice)) {
            refuse(
                    "conflicting-annotations",
                    symbol.name(),
                    "it is " + shown(before) + " and " + shown(choice),
                    "leave one of the annotations");
        }
    }

    private static String shown(Choice choice) {
        return choice.object() + "," + choice.position();
    }

    private void refuse(String rule, String subject, String message, String remedy) {
        findings.add(Finding.error(rule, subject, module.file(), message, remedy));
    }
}
