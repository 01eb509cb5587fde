package suture.plan;

import org.jspecify.annotations.Nullable;

import suture.elf.ElfObject;
import suture.elf.Section;

import java.util.ArrayList;
import java.util.List;

/**
 * The kernel's ORC unwinding data has two tables with an entry each for the same place: {@code
 * .orc_unwind_ip} with four bytes and a relocation, {@code .orc_unwind} with the rest
 * (arch/x86/include/asm/orc_types.h). What travels of the first takes its half of the second along.
 */
final class UnwindPieces {
    private static final int IP_SIZE = 4;

    private final @Nullable Section places;
    private final @Nullable Section states;

    UnwindPieces(ElfObject patched) {
        this.places = patched.section(".orc_unwind_ip");
        this.states = patched.section(".orc_unwind");
    }

    List<Piece> with(List<Piece> pieces) {
        List<Piece> halves = new ArrayList<>();
        if (places == null || states == null || places.size() == 0) {
            return halves;
        }
        long size = states.size() / (places.size() / IP_SIZE);
        for (Piece piece : pieces) {
            if (piece.section() == places) {
                long offset = piece.offset() / IP_SIZE * size;
                halves.add(new Piece(Piece.Kind.ENTRY, states, offset, size, List.of()));
            }
        }
        return halves;
    }
}
