package suture.cli;

import suture.build.linux.KernelTree;

import java.nio.file.Path;

/**
 * The kernel that a payload is for.
 *
 * @param tree what units are compiled of
 * @param image the boot image or vmlinux that runs
 * @param modules the folder its modules are in: {@code MODULES/PATH.ko}, packed or not
 * @param version of its packages, empty if it was built here
 */
record KernelBaseline(KernelTree tree, Path image, Path modules, String version) {}
