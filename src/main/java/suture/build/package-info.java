/**
 * From source changes to object pairs.
 *
 * <p><b>Problem.</b> A difference between two objects means something only if both were compiled by
 * the very compiler and the very command that made the running code, and if nothing but the patch
 * lies between them: not a path, not a timestamp, not a header that was picked up from the wrong
 * tree.
 *
 * <p><b>Definitions.</b> A {@link suture.build.Unit} is one translation unit: its object, its
 * source, the command that compiles it and the {@link suture.build.Owner}s that the object is
 * linked into. A {@link suture.build.CompileDatabase} holds all units of a baseline. {@link
 * suture.build.SourceChanges} is what a patch makes of the source files. An {@link
 * suture.build.ObjectPair} is what the stages after this one look at. {@link
 * suture.build.CompilerIdentity} says which compiler made something.
 *
 * <p><b>Example.</b> A patch of {@code fs/namei.c} gives one pair: {@code fs/namei.o} of {@code
 * vmlinux}, compiled three times. A patch of {@code fs/ext4/ext4.h} gives some forty.
 */
@NullMarked
package suture.build;

import org.jspecify.annotations.NullMarked;
