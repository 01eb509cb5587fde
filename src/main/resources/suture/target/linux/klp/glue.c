// SPDX-License-Identifier: GPL-2.0
/*
 * Registers the replaced functions with the livepatch core, after the running kernel has been
 * checked: version magic and symbol checksums are equal for many builds, the build line is not.
 * It says nothing of the patch, so it is compiled while the patched units are.
 */
#ifndef MODULE
#define MODULE
#endif
#undef KBUILD_MODNAME
#undef KBUILD_BASENAME
#undef __KBUILD_MODNAME
#define KBUILD_MODNAME "@NAME@"
#define KBUILD_BASENAME "@NAME@"
#define __KBUILD_MODNAME kmod_@NAME@
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/livepatch.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/utsname.h>

MODULE_DESCRIPTION("live patch");
MODULE_LICENSE("GPL");
MODULE_INFO(livepatch, "Y");
#if defined(CONFIG_RETPOLINE) || defined(CONFIG_MITIGATION_RETPOLINE)
MODULE_INFO(retpoline, "Y");
#endif

/* What is replaced; it stands beside this code, in the layout that the last lines tell. */
extern struct klp_object suture_objects[];

static struct klp_patch suture_patch = {
	.mod = THIS_MODULE,
	.objs = suture_objects,
	.replace = @REPLACE@,
};

static int suture_start(void)
{
	static const char release[] = @RELEASE@;
	static const char build[] = @BUILD@;
	const struct new_utsname *running = &init_uts_ns.name;

	if (strcmp(running->release, release) || strcmp(running->version, build)) {
		pr_err("made for Linux %s %s, this is Linux %s %s; not loaded\n",
		       release, build, running->release, running->version);
		return -ENODEV;
	}
	return klp_enable_patch(&suture_patch);
}

static void suture_stop(void)
{
}

module_init(suture_start);
module_exit(suture_stop);

__visible struct module __this_module
__section(".gnu.linkonce.this_module") = {
	.name = KBUILD_MODNAME,
	.init = init_module,
#ifdef CONFIG_MODULE_UNLOAD
	.exit = cleanup_module,
#endif
	.arch = MODULE_ARCH_INIT,
};

static const unsigned long suture_layout[] __used __section(".discard.suture_layout") = {
	sizeof(struct klp_func),
	offsetof(struct klp_func, old_name),
	offsetof(struct klp_func, new_func),
	offsetof(struct klp_func, old_sympos),
	sizeof(struct klp_object),
	offsetof(struct klp_object, name),
	offsetof(struct klp_object, funcs),
	offsetof(struct klp_object, callbacks.pre_patch),
	offsetof(struct klp_object, callbacks.post_patch),
	offsetof(struct klp_object, callbacks.pre_unpatch),
	offsetof(struct klp_object, callbacks.post_unpatch),
};
