package suture.build.xen;

import java.nio.file.Path;

/**
 * A hypervisor as a distribution ships it, and the source it was made of.
 *
 * @param version of the packages
 * @param hypervisor the file that is booted
 * @param source the source tree, patches of the distribution applied, not built yet
 */
public record StockXen(String version, Path hypervisor, Path source) {}
