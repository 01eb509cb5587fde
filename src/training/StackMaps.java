import java.io.DataInputStream;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Gives the classes of a library stack maps. Classes of before version 50 (Java 6) have none, and
 * the start-up cache of JDK 25 leaves them out: picocli's, of version 49, then cost every command a
 * tenth of a second.
 */
final class StackMaps {
    private static final int FIRST = ClassFile.JAVA_6_VERSION;

    public static void main(String[] args) throws IOException {
        for (String name : args) {
            Path file = Path.of(name);
            try (JarFile jar = new JarFile(file.toFile())) {
                if (hasOld(jar)) {
                    Path aside = Path.of(name + "." + ProcessHandle.current().pid());
                    write(jar, file, aside);
                    // Whoever has the old file open keeps it.
                    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        }
    }

    private static boolean hasOld(JarFile jar) throws IOException {
        for (JarEntry entry : jar.stream().toList()) {
            if (entry.getName().endsWith(".class")) {
                try (DataInputStream content = new DataInputStream(jar.getInputStream(entry))) {
                    content.readInt();
                    content.readUnsignedShort();
                    if (content.readUnsignedShort() < FIRST) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static void write(JarFile jar, Path file, Path aside) throws IOException {
        try (URLClassLoader classes = new URLClassLoader(new URL[] {file.toUri().toURL()});
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(aside))) {
            ClassFile writer =
                    ClassFile.of(
                            ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                            ClassFile.ConstantPoolSharingOption.NEW_POOL,
                            ClassFile.ClassHierarchyResolverOption.of(
                                    ClassHierarchyResolver.ofResourceParsing(classes).cached()));
            for (JarEntry entry : jar.stream().toList()) {
                byte[] content = jar.getInputStream(entry).readAllBytes();
                if (entry.getName().endsWith(".class")) {
                    ClassModel old = writer.parse(content);
                    if (old.majorVersion() < FIRST) {
                        content = writer.transformClass(old, renewed());
                    }
                }
                ZipEntry copy = new ZipEntry(entry.getName());
                copy.setTime(entry.getTime());
                out.putNextEntry(copy);
                out.write(content);
            }
        }
    }

    private static ClassTransform renewed() {
        return ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
                .andThen(ClassTransform.endHandler(to -> to.withVersion(FIRST, 0)));
    }
}
