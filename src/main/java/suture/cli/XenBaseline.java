package suture.cli;

import suture.build.xen.XenTree;

/**
 * The hypervisor that a payload is for.
 *
 * @param tree what units are compiled of, and its image
 * @param release the version of its package, or where it was built
 */
record XenBaseline(XenTree tree, String release) {}
