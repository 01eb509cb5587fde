/**
 * Debian's kernels: from what {@code uname -r} says to the files of its packages.
 *
 * <p><b>Problem.</b> A stock kernel is spread over packages that must all be of one version: the
 * image that runs, the headers with its configuration and symbol checksums, and the source. They
 * are fetched with the machine's own package manager (which knows mirrors, proxies and signatures),
 * kept, and never installed.
 *
 * <p><b>Definitions.</b> {@link suture.build.debian.KernelRelease} knows the names of the packages;
 * {@link suture.build.debian.Archive} finds and fetches them; {@link
 * suture.build.debian.DebianKernels} unpacks each one once, below a cache directory:
 *
 * <pre>
 *   CACHE/packages/SHA256/FILE.deb      as they were fetched
 *   CACHE/unpacked/NAME_VERSION_ARCH-SHA256/    what is needed out of one package
 *   CACHE/linux/RELEASE_VERSION/        the prepared tree, see suture.build.linux.StockTree
 * </pre>
 *
 * <p><b>Example.</b> {@code 6.1.0-56-cloud-amd64} is {@code linux-image-6.1.0-56-cloud-amd64},
 * {@code linux-headers-6.1.0-56-cloud-amd64} and {@code linux-source-6.1}, all of version {@code
 * 6.1.192-2}.
 */
@NullMarked
package suture.build.debian;

import org.jspecify.annotations.NullMarked;
