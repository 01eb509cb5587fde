package suture.host.process;

import java.util.List;

/**
 * A patch that is in a process.
 *
 * @param name its name
 * @param id the SHA-256 of its payload file
 * @param state {@code applied}, {@code reverted}, or {@code interrupted} if a run of Suture ended
 *     in the middle
 * @param address where its memory starts
 * @param size of its memory in bytes
 * @param functions the functions that it replaces
 */
public record LoadedPatch(
        String name, String id, String state, long address, long size, List<String> functions) {
    static LoadedPatch of(PatchRecord record) {
        String state = record.state().name().toLowerCase(java.util.Locale.ROOT);
        return new LoadedPatch(
                record.name(),
                record.id(),
                record.interrupted() ? "interrupted" : state,
                record.address(),
                record.size(),
                record.entries().stream().map(PatchRecord.Entry::function).toList());
    }
}
