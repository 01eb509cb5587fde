package suture.trial;

import suture.bytes.Bytes;
import suture.elf.ElfObject;
import suture.elf.ElfReader;
import suture.elf.Section;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The libraries a program names (gABI 5, "Dynamic Section"), and its interpreter. */
final class SharedObject {
    private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
    private static final int ENTRY = 16;
    private static final int DT_NEEDED = 1;

    private SharedObject() {}

    static List<String> needed(Path file) throws IOException {
        ElfObject object = ElfReader.read(file);
        List<String> all = new ArrayList<>();
        Bytes interpreter = object.content(".interp");
        if (interpreter != null) {
            String path = interpreter.cstring(0);
            all.add(path.substring(path.lastIndexOf('/') + 1));
        }
        Section dynamic = object.section(".dynamic");
        Bytes names = object.content(".dynstr");
        if (dynamic != null && names != null) {
            Bytes content = dynamic.content();
            for (long at = 0; at + ENTRY <= content.size(); at += ENTRY) {
                if (content.s64(at, LITTLE) == DT_NEEDED) {
                    all.add(names.cstring(content.s64(at + 8, LITTLE)));
                }
            }
        }
        return all;
    }
}
