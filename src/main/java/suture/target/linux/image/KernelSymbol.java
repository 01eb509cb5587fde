package suture.target.linux.image;

/**
 * One symbol of running code.
 *
 * @param address where it is; artificial in a module, see {@link RunningCode}
 * @param type the letter that {@code nm} and {@code /proc/kallsyms} give it; upper case if global
 * @param name its name
 * @param position {@code sympos}: 0 if the name is unique in its object, else its place among those
 *     of the same name, from 1, in the order in which the kernel counts them
 */
public record KernelSymbol(long address, char type, String name, int position) {}
