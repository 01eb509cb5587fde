package suture.target.xen.verify;

import static suture.target.xen.XenError.EINVAL;

import suture.bytes.Bytes;
import suture.target.xen.verify.RawPayload.Part;

import java.nio.ByteOrder;

/**
 * {@code .altinstructions}: checked, then carried out at the upload (Xen {@code prepare_payload},
 * {@code arch/x86/alternative.c}).
 *
 * <pre>
 *   0  s32 site, relative to this field      8  u16 feature      11  u8 size of the replacement
 *   4  s32 replacement, relative             10  u8 size         12  u8 padding after the site
 * </pre>
 */
final class AlternativeRules {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final int ENTRY = 14;
    private static final int LONGEST = 254;

    private final RawPayload payload;
    private final Memory memory;
    private final Answers answers;

    AlternativeRules(RawPayload payload, Memory memory, Answers answers) {
        this.payload = payload;
        this.memory = memory;
        this.answers = answers;
    }

    void check() {
        Part table = payload.section(".altinstructions");
        if (table == null || table.size() == 0) {
            return;
        }
        if (table.size() % ENTRY != 0) {
            refuse("table-size", table, "its size is no multiple of " + ENTRY);
            return;
        }
        Part replacements = payload.section(".altinstr_replacement");
        boolean code =
                payload.sections().stream()
                        .anyMatch(part -> part.isLoaded() && part.isCode() && part.size() > 0);
        if (!code || replacements == null) {
            refuse(
                    "alternative-code",
                    table,
                    code ? "there is no .altinstr_replacement" : "there is no code");
            return;
        }
        if (!table.isLoaded()) {
            answers.crash(
                    "section-not-loaded",
                    table.name(),
                    "it reads the section at address 0: it lacks SHF_ALLOC",
                    "set the flag");
            return;
        }
        Bytes content = memory.content(table);
        for (long at = 0; at < content.size(); at += ENTRY) {
            entry(table, replacements, content, at);
        }
    }

    private void entry(Part table, Part replacements, Bytes content, long at) {
        long here = memory.address(table) + at;
        long site = here + content.s32(at, LITTLE);
        long replacement = here + 4 + content.s32(at + 4, LITTLE);
        int size = content.u8(at + 10);
        int newSize = content.u8(at + 11);
        int room = size + content.u8(at + 12);
        if (!memory.isCode(site, size)) {
            refuse("alternative-site", table, "entry " + at / ENTRY + " is for code outside");
            return;
        }
        long start = memory.address(replacements);
        if (replacement < start || replacement + newSize > start + replacements.size()) {
            refuse(
                    "alternative-replacement",
                    table,
                    "entry " + at / ENTRY + " takes its code from outside .altinstr_replacement");
            return;
        }
        if (newSize > room || room > LONGEST) {
            answers.crash(
                    "alternative-size",
                    table.name(),
                    "entry " + at / ENTRY + " has " + newSize + " bytes for a site of " + room,
                    "build the payload again");
        }
    }

    private void refuse(String rule, Part table, String message) {
        answers.refuse(EINVAL, rule, table.name(), message, "build the payload again");
    }
}
