package suture.target.linux.convert;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.dwarf.DebugInfo;
import suture.dwarf.StructSize;
import suture.elf.Elf;
import suture.elf.ElfObject;
import suture.elf.Symbol;
import suture.finding.Finding;
import suture.target.linux.image.Btf;
import suture.target.linux.image.KernelIdentity;
import suture.target.linux.image.KernelImage;
import suture.target.linux.image.ModuleInfo;
import suture.target.linux.klp.ModuleFacts;
import suture.target.linux.klp.PatchedFunction;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** From the module that Kbuild made to one that the kernel loads. */
public final class Converter {
    private final ElfObject module;
    private final Target target;
    private final Set<Finding> findings = new LinkedHashSet<>();

    private Converter(ElfObject module, Target target) {
        this.module = module;
        this.target = target;
    }

    /**
     * Converts a module.
     *
     * @throws FormatException if it is no module
     * @throws IOException if a module of the target cannot be read
     */
    public static Conversion convert(ElfObject module, Target target) throws IOException {
        return new Converter(module, target).run();
    }

    private Conversion run() throws IOException {
        ModuleInfo info = ModuleInfo.of(module);
        form(info);
        PatchTable patch = patch();
        Annotations annotations = Annotations.of(module, findings);
        References references = new References(module, annotations.sections());
        if (patch != null) {
            new Overlooked(module.file(), target, patch, findings).check();
        }
        Decider decider = new Decider(module, target, annotations, references, patch, findings);
        Map<Symbol, Decision> decisions = new LinkedHashMap<>();
        List<Conversion.Bound> bound = new ArrayList<>();
        for (Symbol symbol : module.symbols()) {
            if (symbol.isUndefined() && !symbol.name().isEmpty()) {
                Decision decision = decider.decide(symbol);
                decisions.put(symbol, decision);
                int count = references.to(symbol).size();
                if (count == 0) {
                    unused(symbol);
                }
                bound.add(new Conversion.Bound(symbol.name(), count, decision));
            }
        }
        List<PatchedFunction> functions = patch == null ? List.of() : patch.functions();
        Bytes content = null;
        if (findings.stream().noneMatch(Finding::refuses)) {
            content =
                    new Rewriter(module, decisions, annotations.sections(), facts(info, functions))
                            .write();
            unguarded();
        }
        return new Conversion(content, functions, bound, List.copyOf(findings));
    }

    /** What must hold of any module that is converted. */
    private void form(ModuleInfo info) {
        if (module.header().machine() != Elf.EM_X86_64 || module.header().type() != Elf.ET_REL) {
            refuse(
                    "machine",
                    "ELF header",
                    "only modules for x86-64 are converted so far",
                    "give the .ko that Kbuild made for an x86-64 kernel");
        }
        if (!List.of("Y").equals(info.values().get("livepatch"))) {
            refuse(
                    "not-a-livepatch",
                    ".modinfo",
                    "the module is not marked as a livepatch module",
                    "add MODULE_INFO(livepatch, \"Y\")");
        }
        boolean done = module.sections().stream().anyMatch(s -> s.has(Elf.SHF_RELA_LIVEPATCH));
        if (done) {
            refuse(
                    "already-converted",
                    module.file(),
                    "it has livepatch relocations already",
                    "give the module as Kbuild made it");
        }
        KernelImage image = target.image();
        String own = info.value("vermagic");
        if (image != null && own != null && !own.equals(ModuleFacts.vermagic(image))) {
            refuse(
                    "wrong-vermagic",
                    ".modinfo",
                    "it was built for '"
                            + own
                            + "', and the kernel given is '"
                            + ModuleFacts.vermagic(image)
                            + "'",
                    "build the module with the headers of that kernel");
        }
    }

    private @Nullable PatchTable patch() {
        PatchTable.Sizes sizes = sizes();
        PatchTable patch = sizes == null ? null : PatchTable.of(module, sizes);
        if (patch == null) {
            findings.add(
                    Finding.warning(
                            "functions-not-known",
                            module.file(),
                            "",
                            sizes == null
                                    ? "the sizes of struct klp_object and struct klp_func are not"
                                            + " known, so the replaced functions were not checked"
                                    : "no static struct klp_patch was found in its data, so the"
                                            + " replaced functions were not checked",
                            sizes == null
                                    ? "give the kernel's image, or compile the module with -g"
                                    : "define struct klp_patch and its arrays statically"));
        }
        return patch;
    }

    /** From the kernel's types, or from the module's debug information. */
    private PatchTable.@Nullable Sizes sizes() {
        KernelImage image = target.image();
        Btf types = image == null ? null : Btf.of(image).orElse(null);
        OptionalLong object = types == null ? OptionalLong.empty() : types.size("klp_object");
        OptionalLong function = types == null ? OptionalLong.empty() : types.size("klp_func");
        if (object.isPresent() && function.isPresent()) {
            return new PatchTable.Sizes(object.getAsLong(), function.getAsLong());
        }
        Map<String, Long> sizes = new LinkedHashMap<>();
        for (StructSize struct : DebugInfo.read(module).structs()) {
            sizes.put(struct.name(), struct.size());
        }
        Long one = sizes.get("klp_object");
        Long other = sizes.get("klp_func");
        return one == null || other == null ? null : new PatchTable.Sizes(one, other);
    }

    private void unused(Symbol symbol) {
        findings.add(
                Finding.note(
                        "unused-symbol",
                        symbol.name(),
                        module.file(),
                        "no loaded section refers to it"));
    }

    /** What {@code suture verify} reads: the replaced functions, and the kernel it is for. */
    private List<String> facts(ModuleInfo info, List<PatchedFunction> functions) {
        List<String> facts = new ArrayList<>();
        KernelImage image = target.image();
        if (image != null && info.value("suture_release") == null) {
            KernelIdentity identity = KernelIdentity.of(image);
            facts.add("suture_release=" + identity.release());
            facts.add("suture_build=" + identity.version());
            Bytes id = identity.buildId();
            if (id != null) {
                facts.add("suture_vmlinux=" + id.hex());
            }
        }
        functions.forEach(f -> facts.add(PatchedFunction.KEY + '=' + f.text()));
        return facts;
    }

    private void unguarded() {
        boolean checks =
                module.symbols().stream()
                        .anyMatch(s -> s.isUndefined() && s.name().equals("init_uts_ns"));
        if (!checks) {
            findings.add(
                    Finding.note(
                            "unguarded",
                            module.file(),
                            "",
                            "its init function does not compare the running kernel with the one it"
                                    + " was converted for: positions and addresses of another build"
                                    + " would go unnoticed"));
        }
    }

    private void refuse(String rule, String place, String message, String remedy) {
        findings.add(Finding.error(rule, module.file(), place, message, remedy));
    }
}
