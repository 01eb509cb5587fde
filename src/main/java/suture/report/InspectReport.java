package suture.report;

import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.RelocationSection;
import suture.elf.Section;
import suture.elf.Symbol;
import suture.machine.Machine;
import suture.target.linux.image.ModuleInfo;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.util.List;
import java.util.Map;

/** What {@code suture inspect} says: what is in a payload or an object. */
public final class InspectReport {
    private final ElfObject object;
    private final Map<String, List<String>> facts;

    /** The report on one file. */
    public InspectReport(ElfObject object) {
        this.object = object;
        this.facts = object.section(".modinfo") == null ? Map.of() : ModuleInfo.of(object).values();
    }

    private String kind() {
        if (facts.containsKey("livepatch")) {
            return "livepatch module";
        }
        if (!facts.isEmpty()) {
            return "kernel module";
        }
        return object.header().type() == Elf.ET_REL ? "object" : "linked file";
    }

    private String machine() {
        Machine machine =
                Machine.of(
                        object.header().machine(), object.header().is64(), object.header().order());
        return machine == null ? "machine " + object.header().machine() : machine.name();
    }

    private List<Section> loaded() {
        return object.sections().stream()
                .filter(s -> s.has(Elf.SHF_ALLOC) && s.size() > 0)
                .filter(s -> s.type() != Elf.SHT_RELA && s.type() != Elf.SHT_REL)
                .toList();
    }

    private List<RelocationSection> livepatch() {
        return object.relocationSections().stream()
                .filter(r -> r.section().has(Elf.SHF_RELA_LIVEPATCH))
                .toList();
    }

    private List<Symbol> functions() {
        return object.symbols().stream()
                .filter(s -> s.type() == Elf.STT_FUNC && s.section() != null)
                .toList();
    }

    private List<Symbol> undefined() {
        return object.symbols().stream()
                .filter(s -> s.isUndefined() && !s.name().isEmpty())
                .toList();
    }

    /** The document. */
    public String json() {
        ObjectNode document = JsonReport.document("inspect", "done");
        document.put("file", object.file()).put("kind", kind()).put("machine", machine());
        ObjectNode info = document.putObject("modinfo");
        facts.forEach((key, values) -> values.forEach(info.putArray(key)::add));
        ArrayNode sections = document.putArray("sections");
        loaded().forEach(s -> sections.addObject().put("name", s.name()).put("size", s.size()));
        ArrayNode relocations = document.putArray("livepatch");
        for (RelocationSection section : livepatch()) {
            ObjectNode node = relocations.addObject();
            node.put("section", section.section().name());
            ArrayNode symbols = node.putArray("symbols");
            names(section).forEach(symbols::add);
            node.put("entries", section.entries().size());
        }
        ArrayNode functions = document.putArray("functions");
        functions().forEach(s -> functions.addObject().put("name", s.name()).put("size", s.size()));
        undefined().forEach(s -> document.withArray("imports").add(s.name()));
        return JsonReport.text(document);
    }

    private static List<String> names(RelocationSection section) {
        return section.entries().stream().map(e -> e.symbol().name()).distinct().sorted().toList();
    }

    /** The text. */
    public String text() {
        StringBuilder text = new StringBuilder(object.file());
        text.append(": ").append(kind()).append(", ").append(machine()).append('\n');
        facts.forEach((key, values) ->
                values.forEach(v -> text.append("  %-18s %s\n".formatted(key, v))));
        loaded().forEach(s -> text.append("  section %10d %s\n".formatted(s.size(), s.name())));
        for (RelocationSection section : livepatch()) {
            int count = section.entries().size();
            text.append("  livepatch %8d %s\n".formatted(count, section.section().name()));
            names(section)
                    .forEach(name -> text.append("                     %s\n".formatted(name)));
        }
        functions().forEach(s -> text.append("  function %9d %s\n".formatted(s.size(), s.name())));
        undefined().forEach(s -> text.append("  import             %s\n".formatted(s.name())));
        return text.toString().stripTrailing();
    }
}
