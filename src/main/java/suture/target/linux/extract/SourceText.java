package suture.target.linux.extract;

import suture.build.slice.Slice;
import suture.target.linux.Binding;
import suture.target.linux.image.KernelImage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The text of an extracted file. */
final class SourceText {
    private static final String MACROS =
            """
            struct klp_module_reloc {
            	void *sym;
            	unsigned int sympos;
            } __attribute__((packed, aligned(8)));
            #define KLP_MODULE_RELOC(object) static struct klp_module_reloc \\
            	__attribute__((used, section(".klp.module_relocs." #object)))
            #define KLP_SYMPOS(symbol, position) { (void *)&symbol, position }
            """;

    private static final String REGISTER =
            """
            extern struct module __this_module;

            static struct klp_func suture_functions[] = {
            %s	{ }
            };

            static struct klp_object suture_objects[] = {
            	{ %s.funcs = suture_functions },
            	{ }
            };

            static struct klp_patch suture_patch = {
            	.mod = &__this_module,
            	.objs = suture_objects,
            	.replace = 1,
            };

            int init_module(void);
            int init_module(void)
            {
            	return klp_enable_patch(&suture_patch);
            }

            void cleanup_module(void);
            void cleanup_module(void)
            {
            }

            #define SUTURE_INFO(name, text) static const char suture_info_##name[] \\
            	__attribute__((used, section(".modinfo"), aligned(1))) = text
            SUTURE_INFO(license, "license=GPL");
            SUTURE_INFO(livepatch, "livepatch=Y");
            """;

    private final Facts facts;
    private final Slice slice;
    private final Map<String, Binding.Livepatch> functions;
    private final Map<String, Binding> references;

    SourceText(
            Facts facts,
            Slice slice,
            Map<String, Binding.Livepatch> functions,
            Map<String, Binding> references) {
        this.facts = facts;
        this.slice = slice;
        this.functions = functions;
        this.references = references;
    }

    String text() {
        StringBuilder out = new StringBuilder("// SPDX-License-Identifier: GPL-2.0\n");
        out.append("/*\n * ").append(String.join(", ", facts.functions())).append(" of ");
        out.append(facts.unit()).append(", Linux ").append(facts.release()).append(".\n");
        out.append(" * Extracted by suture extract: the preprocessed text of what they need.\n");
        out.append(" * Build it with Kbuild (KBUILD_MODPOST_WARN=1), then run suture convert.\n");
        out.append(" */\n\n");
        slice.using(facts.macros())
                .forEach(macro -> out.append("#undef ").append(macro).append('\n'));
        out.append('\n');
        slice.forward().forEach(tag -> out.append(tag).append(";\n"));
        String file = "";
        for (Slice.Part part : slice.parts()) {
            if (!part.file().isEmpty() && !part.file().equals(file)) {
                file = part.file();
                out.append("\n/* ").append(facts.shown(file)).append(" */\n");
            }
            out.append(part.text()).append(part.text().contains("\n") ? "\n\n" : "\n");
        }
        out.append("\n/* What the running kernel has, and which of its name it is. */\n");
        references(out);
        out.append('\n');
        out.append(REGISTER.formatted(replaced(), object()));
        return out.toString();
    }

    private void references(StringBuilder out) {
        Map<String, List<String>> tables = new TreeMap<>();
        references.forEach((name, binding) -> {
            switch (binding) {
                case Binding.Export export ->
                        out.append("/* exported by ")
                                .append(export.provider())
                                .append(": ")
                                .append(name)
                                .append(" */\n");
                case Binding.Livepatch livepatch ->
                        tables.computeIfAbsent(livepatch.object(), _ -> new ArrayList<>())
                                .add("KLP_SYMPOS(" + name + ", " + livepatch.position() + ")");
            }
        });
        out.append(tables.isEmpty() ? "" : MACROS);
        tables.forEach((object, entries) -> {
            out.append("KLP_MODULE_RELOC(").append(object).append(") suture_references_");
            out.append(object).append("[] = {\n");
            entries.forEach(entry -> out.append('\t').append(entry).append(",\n"));
            out.append("};\n");
        });
    }

    private String replaced() {
        StringBuilder rows = new StringBuilder();
        functions.forEach((name, running) ->
                rows.append("\t{ .old_name = \"")
                        .append(running.name())
                        .append("\", .new_func = ")
                        .append(name)
                        .append(", .old_sympos = ")
                        .append(running.position())
                        .append(" },\n"));
        return rows.toString();
    }

    /** The kernel itself has no name. */
    private String object() {
        String object = functions.values().iterator().next().object();
        return object.equals(KernelImage.NAME) ? "" : ".name = \"" + object + "\", ";
    }
}
