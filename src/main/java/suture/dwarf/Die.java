package suture.dwarf;

import java.util.HashMap;
import java.util.Map;

/**
 * The attributes of one DIE, undecoded: forms and values as {@link Forms} reads them.
 *
 * @param offset in {@code .debug_info}
 */
record Die(long offset, int tag, Map<Integer, Value> values) {
    static final int SIBLING = 0x01;
    static final int NAME = 0x03;
    static final int BYTE_SIZE = 0x0b;
    static final int BIT_OFFSET = 0x0c;
    static final int BIT_SIZE = 0x0d;
    static final int STMT_LIST = 0x10;
    static final int LOW_PC = 0x11;
    static final int HIGH_PC = 0x12;
    static final int COMP_DIR = 0x1b;
    static final int INLINE = 0x20;
    static final int PRODUCER = 0x25;
    static final int ABSTRACT_ORIGIN = 0x31;
    static final int CALLING_CONVENTION = 0x36;
    static final int MEMBER_LOCATION = 0x38;
    static final int DECL_FILE = 0x3a;
    static final int DECL_LINE = 0x3b;
    static final int DECLARATION = 0x3c;
    static final int SPECIFICATION = 0x47;
    static final int TYPE = 0x49;
    static final int RANGES = 0x55;
    static final int CALL_COLUMN = 0x57;
    static final int CALL_FILE = 0x58;
    static final int CALL_LINE = 0x59;
    static final int LINKAGE_NAME = 0x6e;
    static final int DATA_BIT_OFFSET = 0x6b;
    static final int STR_OFFSETS_BASE = 0x72;
    static final int ADDR_BASE = 0x73;
    static final int RNGLISTS_BASE = 0x74;
    static final int DWO_NAME = 0x76;
    static final int CALL_RETURN_PC = 0x7d;
    static final int CALL_ORIGIN = 0x7f;
    static final int NORETURN = 0x87;
    static final int GNU_DWO_NAME = 0x2130;

    static final int TAG_MEMBER = 0x0d;
    static final int TAG_COMPILE_UNIT = 0x11;
    static final int TAG_STRUCTURE = 0x13;
    static final int TAG_UNION = 0x17;
    static final int TAG_CLASS = 0x02;
    static final int TAG_INLINED = 0x1d;
    static final int TAG_SUBPROGRAM = 0x2e;
    static final int TAG_CALL_SITE = 0x48;
    static final int TAG_GNU_CALL_SITE = 0x4109;

    /** A value and how it was written. */
    record Value(int form, long number) {}

    static Die at(long offset, int tag) {
        return new Die(offset, tag, new HashMap<>());
    }

    boolean has(int attribute) {
        return values.containsKey(attribute);
    }

    /** The number, or {@code otherwise}. */
    long number(int attribute, long otherwise) {
        Value value = values.get(attribute);
        return value == null ? otherwise : value.number();
    }
}
