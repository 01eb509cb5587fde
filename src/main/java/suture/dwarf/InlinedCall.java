package suture.dwarf;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * One call that was inlined.
 *
 * @param name of the function whose body stands here
 * @param declared where its source stands, line 0 if not said
 * @param code where its code went
 * @param call the line of the call, line 0 if not said
 * @param outer the inlined call this one stands in, null if directly in the function
 * @param function name of the function with the code
 */
public record InlinedCall(
        String name,
        SourceLine declared,
        List<CodeRange> code,
        SourceLine call,
        @Nullable InlinedCall outer,
        String function) {}
