package suture.target.linux.runpre;

import suture.bytes.FormatException;
import suture.elf.ElfObject;
import suture.target.linux.image.RunningCode;

/** Matches rebuilt originals against one running object. */
public final class RunPre {
    private final RunningCode running;
    private final TableIndex index;

    /** Prepares for matching against a kernel or a module. */
    public RunPre(RunningCode running) {
        this.running = running;
        this.index = new TableIndex(running);
    }

    /**
     * Finds out where each part of an original runs.
     *
     * @param object a relocatable object, compiled exactly as it was for the running code: a build
     *     with {@code -ffunction-sections} can match, but leaves small functions ambiguous
     * @throws FormatException if the object is damaged, or not made for the running machine
     */
    public Resolution match(ElfObject object) {
        if (object.header().machine() != running.elf().header().machine()) {
            throw new FormatException(
                    object.file(),
                    "ELF header",
                    18,
                    "machine " + running.elf().header().machine() + " as in " + running.name(),
                    "machine " + object.header().machine());
        }
        Original original = new Original(object);
        Placer placer = new Placer(original, running, index);
        placer.run();
        Judge judge = new Judge(running, placer);
        judge.run();
        return new Resolution(original, running, placer, judge, index);
    }
}
