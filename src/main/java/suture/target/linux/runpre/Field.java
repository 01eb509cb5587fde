package suture.target.linux.runpre;

import suture.elf.Relocation;
import suture.elf.Symbol;
import suture.machine.RelocationKind;

/**
 * One relocated field of the original.
 *
 * @param relocation what is written there
 * @param kind its kind
 * @param bias what to add to {@code S + A} to get the address that the instruction means
 */
record Field(Relocation relocation, RelocationKind kind, int bias) {
    long offset() {
        return relocation.offset();
    }

    long end() {
        return relocation.offset() + kind.width();
    }

    Symbol symbol() {
        return relocation.symbol();
    }

    /** The offset that is meant in the section of its symbol. */
    long meant() {
        return relocation.symbol().value() + relocation.addend() + bias;
    }

    /** Where the symbol is, by the sum that stands in the field. */
    long symbolAt(long sum) {
        return sum - relocation.addend();
    }
}
