package suture.target.linux;

import suture.elf.Symbol;
import suture.plan.Destination;

/** What run-pre matching proved about the things that a translation unit refers to. */
public interface Bindings {
    /**
     * Where a thing of the original object runs.
     *
     * @throws IllegalStateException if its place was not proven; such a plan has been refused
     */
    Binding running(Destination.Running destination);

    /**
     * What a symbol that the unit does not define is bound to.
     *
     * @throws IllegalStateException as above
     */
    Binding external(Symbol symbol);
}
