package suture.graph;

import suture.elf.Section;

/** What is known of a register, or of a word on the stack, at one place in code. */
sealed interface AnchorValue {
    /** A place in a section. */
    record Spot(Section section, long place) {
        Spot plus(long distance) {
            return new Spot(section, place + distance);
        }
    }

    /** Whether it may lead to a variable. */
    default boolean address() {
        return !(this instanceof Frame);
    }

    /** The value that lies behind it. */
    AnchorValue plus(long distance, boolean indexed);

    /**
     * The address of a place, made from a section anchor.
     *
     * @param indexed whether a number that is not known was added to it
     */
    record Whole(Spot spot, boolean indexed) implements AnchorValue {
        @Override
        public AnchorValue plus(long distance, boolean more) {
            return new Whole(spot.plus(distance), indexed || more);
        }
    }

    /** A number less the address of such a place. */
    record Less(Spot spot) implements AnchorValue {
        @Override
        public AnchorValue plus(long distance, boolean more) {
            return new Less(spot.plus(-distance));
        }
    }

    /** The upper part of such an address. */
    record High(Spot spot) implements AnchorValue {
        @Override
        public AnchorValue plus(long distance, boolean more) {
            return this;
        }
    }

    /** A place on the stack, counted from where the stack pointer was at first. */
    record Frame(long offset) implements AnchorValue {
        @Override
        public AnchorValue plus(long distance, boolean more) {
            return new Frame(offset + distance);
        }
    }

    /**
     * One of several values, some of them addresses: what is done with it is done with each.
     *
     * @param step index of the instruction where they meet
     * @param key of the register or the word on the stack
     * @param join whether ways meet there; otherwise the instruction chooses
     */
    record Mixed(int step, long key, boolean join) implements AnchorValue {
        @Override
        public AnchorValue plus(long distance, boolean more) {
            return new Shifted(this, distance, more);
        }
    }

    /** A distance from one of several values. */
    record Shifted(Mixed from, long distance, boolean indexed) implements AnchorValue {
        @Override
        public AnchorValue plus(long more, boolean also) {
            return new Shifted(from, distance + more, indexed || also);
        }
    }
}
