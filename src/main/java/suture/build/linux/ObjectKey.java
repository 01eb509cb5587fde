package suture.build.linux;

import static java.nio.charset.StandardCharsets.UTF_8;

import suture.build.CompilerIdentity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Names compiled originals by what made them. */
final class ObjectKey {
    private ObjectKey() {}

    /** A name for what these words of a command make of an unchanging tree. */
    static String of(KernelTree tree, List<String> words) {
        String compiler = CompilerIdentity.local(words.getFirst()).line();
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((compiler + '\0' + tree.release() + '\0').getBytes(UTF_8));
            digest.update(String.join("\0", words).getBytes(UTF_8));
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Puts a copy of an object in its place, whole or not at all. */
    static void keep(Path object, Path kept) throws IOException {
        keep(Files.readAllBytes(object), kept);
    }

    /** The same with what is in no file yet. */
    static void keep(byte[] content, Path kept) throws IOException {
        Path aside = Files.createTempFile(kept.getParent(), "new", ".o");
        Files.write(aside, content);
        Files.move(aside, kept, StandardCopyOption.ATOMIC_MOVE);
    }
}
