package suture.match;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.graph.Atom;
import suture.graph.Extent;
import suture.graph.Reference;

import java.util.List;
import java.util.Objects;

/** What an entry of a special section says. */
final class EntryText {
    private EntryText() {}

    static String of(Atom entry) {
        Reference site = site(entry);
        return section(entry) + " entry at +0x" + Long.toHexString(site.targetOffset());
    }

    private static String section(Atom entry) {
        return entry.extents().getFirst().section().name();
    }

    static Reference site(Atom entry) {
        long field = Objects.requireNonNull(entry.special()).site();
        return entry.references().stream()
                .filter(r -> r.offset() == field)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("entry without a site: " + entry));
    }

    /** Whether the entry puts other code in place of its site. */
    static boolean replaces(Atom entry) {
        return entry.special() != null
                && section(entry).equals(".altinstructions")
                && lengthField(entry.extents().getFirst()) >= 0;
    }

    /**
     * Where an entry has the length of the code that it puts in place of its site: at offset 11 of
     * Linux before 6.3 and of Xen, at 13 in the 14 bytes of Linux since
     * (arch/x86/include/asm/alternative.h), at 11 on arm64, and at 10 in the 11 bytes of s390 in
     * Linux 6.1 (arch/s390/include/asm/alternative.h), where that is the site's length too; -1 in
     * entries of other sizes.
     */
    private static int lengthField(Extent entry) {
        return switch ((int) entry.size()) {
            case 11 -> 10;
            case 12, 13 -> 11;
            case 14 -> xen(entry) ? 11 : 13;
            default -> -1;
        };
    }

    /** The code that an entry that {@link #replaces} puts in place of its site. */
    static Bytes replacement(Atom entry, Reference to) {
        Extent own = entry.extents().getFirst();
        int length = own.content().u8(lengthField(own));
        Extent code = to.target().extents().get(to.targetExtent());
        long offset = code.offset() + to.targetOffset();
        Bytes section = code.section().content();
        return section.contains(offset, length) ? section.slice(offset, length) : Bytes.EMPTY;
    }

    /**
     * Xen's entries have 14 bytes too: lengths of the site, of the replacement and of the padding
     * at 10, 11 and 12, then zero. Linux has flags of a few bits at 10, zero at 11, and the lengths
     * of the site, which has at least one byte, and of the replacement at 12 and 13. Padding is
     * there only for a replacement that is longer than the code at the site.
     */
    private static boolean xen(Extent entry) {
        Bytes content = entry.content();
        return content.u8(12) == 0 || (content.u8(13) == 0 && content.u8(11) != 0);
    }

    /** The references in the replacement code. */
    static List<Reference> inside(Reference to, long length) {
        return to.target().references().stream()
                .filter(r -> r.extent() == to.targetExtent())
                .filter(r ->
                        r.offset() >= to.targetOffset() && r.offset() < to.targetOffset() + length)
                .toList();
    }

    static String orNothing(@Nullable Atom entry) {
        return entry == null ? "nothing" : of(entry);
    }

    static List<Atom> behaviour(Atom atom) {
        return atom.entries().isEmpty()
                ? List.of()
                : atom.entries().stream()
                        .filter(e -> e.special() != null && e.special().meaning().counts())
                        .toList();
    }

    /** Name of the section that an entry stands in. */
    static String home(Atom entry) {
        return entry.extents().getFirst().section().name();
    }
}
