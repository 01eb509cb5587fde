/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Functions that the hypervisor calls around an action on a payload. A patch includes this header
 * and names its functions:
 *
 *     #include <suture/xen_hooks.h>
 *
 *     static void fill_table(void) { ... }
 *     SUTURE_XEN_LOAD(fill_table);
 *
 *   macro                  type            called                                  how many
 *   SUTURE_XEN_LOAD        void f(void)    before the functions are replaced       any number
 *   SUTURE_XEN_UNLOAD      void f(void)    after they are back                     any number
 *   SUTURE_XEN_PREAPPLY    int f(arg)      before all CPUs stop; not 0: no apply   one
 *   SUTURE_XEN_APPLY       int f(arg)      instead of the default action           one
 *   SUTURE_XEN_POSTAPPLY   void f(arg)     when all CPUs run again                 one
 *   SUTURE_XEN_PREREVERT   int f(arg)      before all CPUs stop; not 0: no revert  one
 *   SUTURE_XEN_REVERT      int f(arg)      instead of the default action           one
 *   SUTURE_XEN_POSTREVERT  void f(arg)     when all CPUs run again                 one
 *
 * with arg being a struct payload *. Load, unload, apply and revert hooks run while all CPUs are
 * stopped and interrupts are off. A payload with a pre-hook, which may say no, cannot replace
 * others.
 */
#ifndef SUTURE_XEN_HOOKS_H
#define SUTURE_XEN_HOOKS_H

#include "hooks.h"

struct payload;

#define SUTURE_XEN_HOOK_(kind, result, argument, fn)                            \
    static result (*const suture_xen_##kind##_##fn)(argument)                   \
        __attribute__((used, section(".livepatch.hooks." #kind))) = (fn)

#define SUTURE_XEN_LOAD(fn)       SUTURE_XEN_HOOK_(load, void, void, fn)
#define SUTURE_XEN_UNLOAD(fn)     SUTURE_XEN_HOOK_(unload, void, void, fn)
#define SUTURE_XEN_PREAPPLY(fn)   SUTURE_XEN_HOOK_(preapply, int, struct payload *, fn)
#define SUTURE_XEN_APPLY(fn)      SUTURE_XEN_HOOK_(apply, int, struct payload *, fn)
#define SUTURE_XEN_POSTAPPLY(fn)  SUTURE_XEN_HOOK_(postapply, void, struct payload *, fn)
#define SUTURE_XEN_PREREVERT(fn)  SUTURE_XEN_HOOK_(prerevert, int, struct payload *, fn)
#define SUTURE_XEN_REVERT(fn)     SUTURE_XEN_HOOK_(revert, int, struct payload *, fn)
#define SUTURE_XEN_POSTREVERT(fn) SUTURE_XEN_HOOK_(postrevert, void, struct payload *, fn)

#endif
