package suture.trial;

import org.jspecify.annotations.Nullable;

import suture.target.linux.module.KernelModule;

import java.nio.file.Path;
import java.util.List;

/**
 * What to try.
 *
 * @param boot the kernel and its modules
 * @param payloads the payloads, loaded in this order and reverted in the opposite one
 * @param modules modules that are loaded too, besides those the payloads name
 * @param order whether those come before or after the payloads
 * @param exercise a program run as {@code exercise before|during|after}, or null
 * @param files more files for the exercise; they lie in {@code /trial/files}
 * @param expectation what must happen
 * @param emulator the machine
 * @param limits how long it may take
 */
public record TrialPlan(
        BootFiles boot,
        List<KernelModule> payloads,
        List<KernelModule> modules,
        LoadOrder order,
        @Nullable Path exercise,
        List<Path> files,
        Expectation expectation,
        Emulator emulator,
        Limits limits) {

    public TrialPlan {
        payloads = List.copyOf(payloads);
        modules = List.copyOf(modules);
        files = List.copyOf(files);
    }

    /** A trial of payloads that must work, with nothing but what they name themselves. */
    public static TrialPlan of(BootFiles boot, List<KernelModule> payloads) {
        return new TrialPlan(
                boot,
                payloads,
                List.of(),
                LoadOrder.MODULE_FIRST,
                null,
                List.of(),
                Expectation.WORKS,
                Emulator.DEFAULT,
                Limits.DEFAULT);
    }

    /** The same with an exercise. */
    public TrialPlan exercisedBy(Path program) {
        return new TrialPlan(
                boot, payloads, modules, order, program, files, expectation, emulator, limits);
    }

    /** The same with more modules and an order. */
    public TrialPlan with(List<KernelModule> more, LoadOrder when) {
        return new TrialPlan(
                boot, payloads, more, when, exercise, files, expectation, emulator, limits);
    }

    /** The same with another outcome in mind. */
    public TrialPlan expecting(Expectation other) {
        return new TrialPlan(
                boot, payloads, modules, order, exercise, files, other, emulator, limits);
    }

    /** The same with other limits. */
    public TrialPlan within(Limits other) {
        return new TrialPlan(
                boot, payloads, modules, order, exercise, files, expectation, emulator, other);
    }

    /** The same on another machine. */
    public TrialPlan on(Emulator other) {
        return new TrialPlan(
                boot, payloads, modules, order, exercise, files, expectation, other, limits);
    }
}
