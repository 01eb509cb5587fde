package suture.dwarf;

import java.util.List;

/**
 * One function that the debug information describes, with code or without.
 *
 * @param name its name in the source
 * @param linkageName the name of its symbol if that is different, otherwise empty
 * @param unit where it was compiled
 * @param code its pieces (hot, cold), empty for a declaration and for the abstract form of an
 *     inlined function
 * @param declared where its source stands, line 0 if not said
 * @param inline DW_AT_inline: 0 not inlined, 1 inlined, 2 declared inline and not inlined, 3 both
 * @param callingConvention DW_AT_calling_convention: 3 is DW_CC_nocall, not the standard one; 0 if
 *     not said
 * @param declaration whether it is a declaration without a body
 * @param noreturn whether it is declared never to return (DW_AT_noreturn); what a compiler finds
 *     out itself does not count
 */
public record Subprogram(
        String name,
        String linkageName,
        CompileUnit unit,
        List<CodeRange> code,
        SourceLine declared,
        int inline,
        int callingConvention,
        boolean declaration,
        boolean noreturn) {
    /**
     * Whether the source has a body for which the object has no code, neither as such nor inlined.
     */
    public boolean bodyWithoutCode() {
        return code.isEmpty() && !declaration && inline == 0;
    }
}
