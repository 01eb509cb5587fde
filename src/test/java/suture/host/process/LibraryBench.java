package suture.host.process;

import suture.elf.Tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A unit in an executable or in a shared library, and a program around it that asks it. */
final class LibraryBench {
    /** Prints what {@code ask} gives each time that the file {@code go} is there. */
    static final String MAIN =
            """
            #include <pthread.h>
            #include <stdio.h>
            #include <unistd.h>
            long ask(long n);
            static void *other(void *p) { return (void *)ask(100); }
            int main(void)
            {
                pthread_t t; void *of = 0;
                printf("0 %d\\n", getpid());
                fflush(stdout);
                for (long n = 1;; n++) {
                    while (access("go", F_OK)) usleep(1000);
                    long mine = ask(n);
                    pthread_create(&t, 0, other, 0);
                    pthread_join(t, &of);
                    unlink("go");
                    printf("%ld %ld\\n", mine, (long)of);
                    fflush(stdout);
                }
            }
            """;

    final Bench bench;
    final Path image;
    private final Path directory;
    private int asked = 1;

    /**
     * @param how compiler and options of the unit, {@code |}, and {@code exe}, {@code lib}, or
     *     {@code now} for a library with options of the linker
     */
    LibraryBench(Path directory, String how, String source) throws IOException {
        this(directory, how, source, "");
    }

    /**
     * @param more what stands in the program besides; then it is a program with fixed addresses
     */
    LibraryBench(Path directory, String how, String source, String more) throws IOException {
        this.directory = directory;
        String[] parts = how.split("\\|", -1);
        List<String> words = List.of(parts[0].split(" ", -1));
        String compiler = words.getFirst();
        this.bench = new Bench(directory, compiler, words.subList(1, words.size()), List.of());
        bench.object(source, "program.o");
        Files.writeString(directory.resolve("main.c"), MAIN + more);
        List<String> linking = List.of(parts[1].split(" ", -1));
        boolean library = linking.getFirst().equals("lib");
        List<String> options = linking.subList(1, linking.size());
        String c = compiler.replace("++", compiler.startsWith("g") ? "cc" : "");
        List<String> command = new ArrayList<>(List.of(c, "-O1", "main.c", "-o", "program"));
        if (!more.isEmpty()) {
            command.addAll(List.of("-fno-pie", "-no-pie"));
        }
        if (library) {
            List<String> link = new ArrayList<>(List.of(compiler, "-shared", "program.o"));
            link.addAll(List.of("-o", "libask.so"));
            link.addAll(options);
            Tool.run(directory, link.toArray(String[]::new));
            command.addAll(List.of("-L.", "-lask", "-Wl,-rpath,$ORIGIN", "-lpthread"));
        } else {
            command.addAll(List.of("program.o", "-lpthread"));
            command.addAll(options);
        }
        Tool.run(directory, command.toArray(String[]::new));
        this.image = directory.resolve(library ? "libask.so" : "program");
    }

    Path program() {
        return directory.resolve("program");
    }

    /** The next line that the program prints. */
    String ask() throws IOException {
        Files.createFile(directory.resolve("go"));
        for (int i = 0; i < 2000; i++) {
            String[] lines = Files.readString(directory.resolve("port")).split("\n", -1);
            if (lines.length > asked + 1) {
                return lines[asked++];
            }
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        throw new AssertionError("no answer: " + Files.readString(directory.resolve("port")));
    }
}
