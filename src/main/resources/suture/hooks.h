/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the author of a patch tells Suture, whatever the patch is for.
 *
 *     SUTURE_KEEP(variable);
 *
 * The patched source gives the variable another initial value, but the running one keeps what it
 * holds; a hook may set it. Without this word such a patch is refused.
 */
#ifndef SUTURE_HOOKS_H
#define SUTURE_HOOKS_H

#define SUTURE_KEEP(variable)                                                   \
    static const volatile void *const suture_keep_##variable                    \
        __attribute__((used, section(".suture.keep"))) = &(variable)

#endif
