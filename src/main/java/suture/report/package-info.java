/**
 * One model of a finished run, and its renderings as text and JSON.
 *
 * <p>The JSON document's field names are a contract with the outside; a rendering never decides
 * anything, it only says what the stages found. Texts are for people, one line for each thing, the
 * most important first.
 */
@NullMarked
package suture.report;

import org.jspecify.annotations.NullMarked;
