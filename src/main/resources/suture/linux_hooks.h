/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Functions that the livepatch core calls around what it does to one object (the kernel or a
 * module): the one that the file with the hook is part of. A patch includes this header and names
 * functions that it adds:
 *
 *     #include <suture/linux_hooks.h>
 *
 *     static int fill_table(struct klp_object *object) { ...; return 0; }
 *     SUTURE_LINUX_PRE_PATCH(fill_table);
 *
 *   macro                       type          called
 *   SUTURE_LINUX_PRE_PATCH      int f(arg)    before the functions are replaced; not 0: they are not
 *   SUTURE_LINUX_POST_PATCH     void f(arg)   when all tasks use the new functions
 *   SUTURE_LINUX_PRE_UNPATCH    void f(arg)   before the old functions come back
 *   SUTURE_LINUX_POST_UNPATCH   void f(arg)   when all tasks use the old functions again
 *
 * with arg being a struct klp_object *; one of each kind for an object. Those for a module are
 * called when it is loaded, too, and when it is removed. When another patch replaces this one, only
 * the callbacks of the new one are called.
 */
#ifndef SUTURE_LINUX_HOOKS_H
#define SUTURE_LINUX_HOOKS_H

#include "hooks.h"

struct klp_object;

#define SUTURE_LINUX_HOOK_(kind, result, fn)                                    \
    static result (*const suture_linux_##kind##_##fn)(struct klp_object *)      \
        __attribute__((used, section(".suture.hooks." #kind))) = (fn)

#define SUTURE_LINUX_PRE_PATCH(fn)    SUTURE_LINUX_HOOK_(pre_patch, int, fn)
#define SUTURE_LINUX_POST_PATCH(fn)   SUTURE_LINUX_HOOK_(post_patch, void, fn)
#define SUTURE_LINUX_PRE_UNPATCH(fn)  SUTURE_LINUX_HOOK_(pre_unpatch, void, fn)
#define SUTURE_LINUX_POST_UNPATCH(fn) SUTURE_LINUX_HOOK_(post_unpatch, void, fn)

#endif
