package suture.build.linux;

import suture.build.Unit;

/**
 * Makes what a unit includes and only its own makefile knows how to make: {@code make prepare}
 * makes the headers that all units share, not {@code security/selinux/flask.h} and its like.
 */
@FunctionalInterface
interface Prerequisites {
    /** Of a tree in which everything was built. */
    Prerequisites BUILT = _ -> false;

    /** Makes the files that a unit needs; false if there is no way to do that. */
    boolean make(Unit unit);
}
