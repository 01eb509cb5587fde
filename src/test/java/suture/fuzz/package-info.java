/**
 * Targets for a fuzzer: every reader of what somebody else wrote. In {@code mvn verify} each runs
 * over its seeds, which are compiled on the spot and broken a little; {@code bench/fuzz} lets the
 * fuzzer look for more. A target fails if anything but the documented refusal comes out of it.
 */
@NullMarked
package suture.fuzz;

import org.jspecify.annotations.NullMarked;
