package suture.target.linux.klp;

import org.jspecify.annotations.Nullable;

import suture.bytes.ByteSink;
import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.finding.Finding;
import suture.target.linux.Binding;

import java.nio.ByteOrder;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What the module takes from the kernel's exports: their checksums and namespaces.
 *
 * <p>{@code __versions} has one entry for each, and one for {@code module_layout}, which stands for
 * the layout of {@code struct module} itself (Linux 6.1 {@code include/linux/module.h}, struct
 * modversion_info):
 *
 * <pre>
 *   crc    0   8
 *   name   8  56, NUL-terminated
 * </pre>
 */
final class Imports {
    private static final String LAYOUT = "module_layout";
    private static final int NAME = 56;

    private final Function<String, Binding.@Nullable Export> exports;
    private final Map<String, Long> checksums = new TreeMap<>();
    private final SortedSet<String> namespaces = new TreeSet<>();

    /**
     * @param exports the export of a name, or null
     */
    Imports(Function<String, Binding.@Nullable Export> exports) {
        this.exports = exports;
    }

    void use(Binding.Export export, List<Finding> findings) {
        if (export.namespace() != null && !export.namespace().isEmpty()) {
            namespaces.add(export.namespace());
        }
        Long crc = export.crc();
        if (crc != null) {
            checksums.put(export.name(), crc);
        } else if (exports.apply(LAYOUT) != null) {
            findings.add(missing(export.name()));
        }
    }

    /** Looks up the checksums of what the glue needs. */
    void complete(Collection<String> names, List<Finding> findings) {
        for (String name : names) {
            Binding.Export export = exports.apply(name);
            if (export == null) {
                findings.add(missing(name));
            } else {
                use(export, findings);
            }
        }
        Binding.Export layout = exports.apply(LAYOUT);
        if (layout != null) {
            use(layout, findings);
        }
        for (String name : checksums.keySet()) {
            if (name.length() >= NAME) {
                findings.add(
                        Finding.error(
                                "long-export-name",
                                name,
                                "__versions",
                                "an export's name must be shorter than " + NAME + " characters",
                                "leave the reference out of the patch"));
            }
        }
    }

    private static Finding missing(String name) {
        return Finding.error(
                "missing-checksum",
                name,
                "__versions",
                "the kernel's list of exports has no checksum of it",
                "check that image, headers and Module.symvers are of one kernel");
    }

    SortedSet<String> namespaces() {
        return namespaces;
    }

    void write(Draft draft, ByteOrder order) {
        ByteSink sink = new ByteSink(order);
        checksums.forEach((name, crc) -> {
            Bytes text = Bytes.of(name);
            sink.u64(crc).put(text).zeros(NAME - Math.toIntExact(text.size()));
        });
        if (sink.size() > 0) {
            draft.part("__versions", Elf.SHT_PROGBITS, Elf.SHF_ALLOC)
                    .append(sink.toBytes(), sink.size(), 32);
        }
    }
}
