package suture.trial;

import org.jspecify.annotations.Nullable;

import suture.exec.Command;
import suture.exec.Runner;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The guest's program, compiled on the spot with the exercise in it. */
final class XenGuest {
    /** No library, no red zone and no vector registers: nobody has set them up. */
    private static final List<String> FLAGS =
            List.of(
                    "-std=gnu11",
                    "-O2",
                    "-ffreestanding",
                    "-nostdlib",
                    "-fno-builtin",
                    "-fno-pic",
                    "-no-pie",
                    "-static",
                    "-mcmodel=kernel",
                    "-mno-red-zone",
                    "-mgeneral-regs-only",
                    "-fno-stack-protector",
                    "-fcf-protection=none",
                    "-fno-asynchronous-unwind-tables",
                    "-Wl,--build-id=none");

    private XenGuest() {}

    static List<String> programs() {
        return List.of("gcc", "ld");
    }

    /**
     * Compiles the guest.
     *
     * @throws suture.exec.ToolFailure if the exercise is not right
     */
    static Path compile(@Nullable Path exercise, Path scratch) throws IOException {
        Runner.require(programs());
        for (String name : List.of("guest.h", "guest.c", "head.S", "guest.lds")) {
            try (InputStream in = XenGuest.class.getResourceAsStream("xen/" + name)) {
                Files.copy(Objects.requireNonNull(in, name), scratch.resolve(name));
            }
        }
        Path program = scratch.resolve("guest.elf");
        List<String> arguments = new ArrayList<>(FLAGS);
        arguments.add("-I" + scratch);
        arguments.add("-Wl,-T," + scratch.resolve("guest.lds"));
        arguments.addAll(List.of("-o", program.toString()));
        arguments.add(scratch.resolve("head.S").toString());
        arguments.add(scratch.resolve("guest.c").toString());
        if (exercise != null) {
            arguments.add(exercise.toAbsolutePath().toString());
        }
        String doing =
                exercise == null ? "the trial's guest" : "the trial's guest with " + exercise;
        Runner.check("compiling " + doing, Command.of("gcc").and(arguments));
        return program;
    }
}
