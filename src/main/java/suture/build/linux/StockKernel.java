package suture.build.linux;

import java.nio.file.Path;

/**
 * A distribution's kernel as its packages hold it.
 *
 * @param release what {@code uname -r} says when it runs
 * @param version the version of its packages
 * @param image the boot image
 * @param modules the directory with its modules, {@code lib/modules/RELEASE}
 * @param headers the directory of the headers package for this kernel: {@code .config}, {@code
 *     Module.symvers}, the headers the distribution generated
 * @param source the directory with the exact source
 */
public record StockKernel(
        String release, String version, Path image, Path modules, Path headers, Path source) {}
