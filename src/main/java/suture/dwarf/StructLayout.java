package suture.dwarf;

import suture.bytes.FormatException;
import suture.elf.ElfObject;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where the members of a structure, union or class are.
 *
 * @param size in bytes
 * @param members in the order of the declaration; those of members without a name stand in their
 *     place
 */
public record StructLayout(long size, List<Member> members) {
    /**
     * One member.
     *
     * @param name empty for padding bits
     * @param bit its place, in bits from the start of the structure
     * @param bits how many bits it has if it is a bit-field, otherwise 0
     */
    public record Member(String name, long bit, long bits) {}

    /**
     * All layouts of an object by {@code struct NAME}, {@code union NAME} or {@code class NAME}; a
     * name may stand for several in different scopes or units. Empty without debug information.
     *
     * @throws FormatException if the debug information breaks the format's rules or stands in
     *     another file
     */
    public static Map<String, Set<StructLayout>> read(ElfObject object) {
        return new LayoutReader(new DebugSections(object)).read();
    }
}
