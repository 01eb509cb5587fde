package suture.impact;

import org.jspecify.annotations.Nullable;

import suture.graph.Atom;

/**
 * A function that travels.
 *
 * @param original it in the original object, null if it is new
 * @param patched it in the patched object
 * @param differs whether its own code is different; if not, it travels for what it is bound to
 * @param redirected whether calls of the running function go to the new body
 */
public record Moved(@Nullable Atom original, Atom patched, boolean differs, boolean redirected) {}
