/**
 * The part of a translation unit that some of its functions need.
 *
 * <p><b>Problem.</b> The author of a hand-written patch begins with a few functions of a unit whose
 * preprocessed text has tens of thousands of lines. A file with these functions and exactly the
 * declarations they need can be read, changed and compiled on its own.
 *
 * <p><b>Definitions.</b> A unit is a row of <i>pieces</i>: the text from the start of one
 * declaration at file scope to the start of the next one. {@code struct s { } a, b;} is one piece
 * with three declarations. A function or variable is <i>given</i> if somebody else defines it (the
 * running kernel); a declaration without body is enough then.
 *
 * <p><b>Algorithm.</b> clang parses the preprocessed text and prints its syntax tree as JSON, which
 * is read as a stream ({@link suture.build.slice.SyntaxReader}): of each declaration the range, and
 * what it refers to. The slice is the closure from the wanted functions ({@link
 * suture.build.slice.Slicer}). References to functions, variables and members are the tree's; names
 * of types and enumerators are words of the text, since the tree shows types as text only. A
 * structure that is only pointed to is declared, not defined.
 *
 * <p><b>Example.</b> {@code int f(struct a *p) { return p->n; }} needs the definition of {@code
 * struct a}; a member {@code struct b *next} of it needs no more than the name of {@code b}.
 */
@NullMarked
package suture.build.slice;

import org.jspecify.annotations.NullMarked;
