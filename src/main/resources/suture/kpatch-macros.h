/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For patches that were written for kpatch-build: its words, where Suture has the same.
 */
#ifndef SUTURE_KPATCH_MACROS_H
#define SUTURE_KPATCH_MACROS_H

#include <suture/linux_hooks.h>

#define KPATCH_PRE_PATCH_CALLBACK(fn)    SUTURE_LINUX_PRE_PATCH(fn);
#define KPATCH_POST_PATCH_CALLBACK(fn)   SUTURE_LINUX_POST_PATCH(fn);
#define KPATCH_PRE_UNPATCH_CALLBACK(fn)  SUTURE_LINUX_PRE_UNPATCH(fn);
#define KPATCH_POST_UNPATCH_CALLBACK(fn) SUTURE_LINUX_POST_UNPATCH(fn);

#define SUTURE_KPATCH_PASTE_(a, b) a##b
#define SUTURE_KPATCH_NAME_(number) SUTURE_KPATCH_PASTE_(suture_kpatch_ignore_, number)

#define KPATCH_IGNORE_SECTION(name)                                             \
    static const char *const SUTURE_KPATCH_NAME_(__COUNTER__)                   \
        __attribute__((used, section(".kpatch.ignore.sections"))) = (name);

#endif
