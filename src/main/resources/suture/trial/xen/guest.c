/* A trial's guest: the control domain of a Xen that was booted for the trial. It replays the script that lies in its
 * boot module, makes the livepatch hypercalls itself, and tells the console about each step:
 *
 *	@> SECONDS STEP		a step begins		@= KEY VALUE	a fact about the hypervisor
 *	@| TEXT			what the step shows	@. SECONDS	all steps are done
 *	@< SECONDS ERRNO	the step is over
 *
 * The layouts are those of xen/include/public/{xen,sysctl,version,sched}.h, x86 with 64 bits.
 *
 * Script: "SUTUREXT", u32 count, u32 zero, then for each step
 *	0 u32 what	4 u32 timeout in milliseconds	8 char name[128]	136 u64 offset of the payload
 *	144 u64 size of the payload; its highest bit says that nothing is left to do if the step fails */

#include "guest.h"

enum { CONSOLE_IO = 18, XEN_VERSION = 17, UPDATE_VA_MAPPING = 14, SCHED_OP = 29, SYSCTL = 35 };
enum { EPERM = 1, EAGAIN = 11, EACCES = 13 };
enum { UPLOAD, UNLOAD, REVERT, APPLY, REPLACE, OBSERVE, GET, LIST, EXERCISE };

#define ESSENTIAL (1UL << 63)

static const char *const names[] = {"upload", "unload",	 "revert", "apply",   "replace",
				    "observe", "get",	 "list",   "exercise"};

struct start_info {
	char magic[32];
	u64 pages, shared_info;
	u32 flags, pad1;
	u64 store_frame;
	u32 store_event, pad2;
	u64 console_frame;
	u32 console_event, pad3;
	u64 page_tables, page_table_frames, frames, module, module_size;
};

struct time {
	u32 version, pad;
	u64 tsc, nanos;
	u32 scale;
	signed char shift;
	u8 flags, pad2[2];
};

struct name {
	u64 text;
	u16 size, pad[3];
};

/* struct xen_sysctl with its livepatch member. */
struct sysctl {
	u32 command, interface;
	u32 op, flags;
	union {
		struct {
			struct name name;
			u64 size, payload;
		} upload;
		struct {
			struct name name;
			u32 state;
			int rc;
		} get;
		struct {
			struct name name;
			u32 action, timeout, flags, pad;
		} action;
		struct {
			u32 version, index, count, pad, names_size, metadata_size;
			u64 status, names, lengths, metadata, metadata_lengths;
		} list;
		u8 room[240];
	} u;
};

struct step {
	u32 what, timeout;
	char name[128];
	u64 offset, size;
};

struct script {
	char magic[8];
	u32 count, zero;
	struct step steps[];
};

static u8 shared[4096] __attribute__((aligned(4096)));
static char line[512];
static u64 filled;
static u32 interface;

long hypercall(long number, long a, long b, long c, long d, long e)
{
	register long r10 asm("r10") = d;
	register long r8 asm("r8") = e;

	asm volatile("syscall"
		     : "+a"(number), "+D"(a), "+S"(b), "+d"(c), "+r"(r10), "+r"(r8)
		     :
		     : "rcx", "r11", "memory");
	return number;
}

static u64 length(const char *text)
{
	u64 n = 0;

	while (text[n])
		n++;
	return n;
}

static void clear(void *what, u64 size)
{
	for (u64 i = 0; i < size; i++)
		((volatile u8 *)what)[i] = 0;
}

static void put(char c)
{
	line[filled++] = c;
	if (c == '\n' || filled == sizeof line) {
		hypercall(CONSOLE_IO, 0, filled, (long)line, 0, 0);
		filled = 0;
	}
}

/* As it stands. */
static void tell(const char *text)
{
	while (*text)
		put(*text++);
}

/* What a step shows: each line begins with its mark. */
void say(const char *text)
{
	for (; *text; text++) {
		if (!filled)
			tell("@| ");
		put(*text);
	}
}

static void number(u64 value, u64 base, u64 digits)
{
	char text[24];
	u64 at = sizeof text - 1;

	text[at] = 0;
	do
		text[--at] = "0123456789abcdef"[value % base];
	while (value /= base, value || sizeof text - 1 - at < digits);
	say(text + at);
}

void say_number(long value)
{
	if (value < 0)
		say("-");
	number(value < 0 ? -(u64)value : (u64)value, 10, 1);
}

void say_hex(u64 value)
{
	number(value, 16, 1);
}

/* Nanoseconds since the hypervisor's boot, by the page that it shares. */
static u64 now(void)
{
	volatile struct time *time = (void *)(shared + 32);
	u32 version, low, high;
	u64 delta, nanos;

	do {
		version = time->version;
		asm volatile("lfence; rdtsc" : "=a"(low), "=d"(high) : : "memory");
		delta = ((u64)high << 32 | low) - time->tsc;
		delta = time->shift < 0 ? delta >> -time->shift : delta << time->shift;
		nanos = time->nanos + (u64)(((unsigned __int128)delta * time->scale) >> 32);
	} while ((version & 1) || version != time->version);
	return nanos;
}

static void moment(void)
{
	u64 micros = now() / 1000;

	number(micros / 1000000, 10, 1);
	tell(".");
	number(micros % 1000000, 10, 6);
}

static long livepatch(struct sysctl *call, u32 op)
{
	call->command = 27;
	call->interface = interface;
	call->op = op;
	return hypercall(SYSCTL, (long)call, 0, 0, 0, 0);
}

static struct name named(const char *text)
{
	struct name name = {(u64)text, length(text) + 1, {0, 0, 0}};

	return name;
}

/* The version of the sysctl interface is part of each call, and differs between releases: the one that is accepted. */
static long find_interface(void)
{
	static struct sysctl call;
	long rc = -EACCES;

	for (interface = 0x0c; interface < 0x40; interface++) {
		clear(&call, sizeof call);
		rc = livepatch(&call, 2);
		if (rc != -EACCES)
			break;
	}
	return rc;
}

static void text_fact(const char *key, long which)
{
	static char text[1024];

	clear(text, sizeof text);
	hypercall(XEN_VERSION, which, (long)text, 0, 0, 0);
	tell("@= ");
	tell(key);
	tell(" ");
	tell(text);
	tell("\n");
}

static void build_id(void)
{
	static struct {
		u32 size;
		u8 id[256];
	} build;
	long size;

	build.size = sizeof build.id;
	size = hypercall(XEN_VERSION, 10, (long)&build, 0, 0, 0);
	tell("@= build-id ");
	for (long i = 0; i < size; i++)
		number(build.id[i], 16, 2);
	tell("\n");
}

static void observe(void)
{
	static char text[1024];
	static const struct {
		const char *key;
		long which;
	} all[] = {{"extraversion", 1}, {"capabilities", 3}, {"changeset", 4}};
	long version = hypercall(XEN_VERSION, 0, 0, 0, 0, 0);

	say("version ");
	say_number(version >> 16);
	say(".");
	say_number(version & 0xffff);
	say("\n");
	for (u64 i = 0; i < sizeof all / sizeof *all; i++) {
		clear(text, sizeof text);
		hypercall(XEN_VERSION, all[i].which, (long)text, 0, 0, 0);
		say(all[i].key);
		say(" ");
		say(text);
		say("\n");
	}
}

static long list(void)
{
	static struct sysctl call;
	static char texts[32 * 128], metadata[65536];
	static u32 lengths[32], metadata_lengths[32];
	static struct {
		u32 state;
		int rc;
	} status[32];
	long count;
	const char *text = texts;

	clear(&call, sizeof call);
	call.u.list.count = 32;
	call.u.list.status = (u64)status;
	call.u.list.names = (u64)texts;
	call.u.list.lengths = (u64)lengths;
	call.u.list.metadata = (u64)metadata;
	call.u.list.metadata_lengths = (u64)metadata_lengths;
	count = livepatch(&call, 2);
	for (long i = 0; i < count; i++) {
		say(text);
		say(status[i].state == 2 ? " applied" : " checked");
		say(" rc ");
		say_number(status[i].rc);
		say("\n");
		text += lengths[i];
	}
	return count < 0 ? count : 0;
}

static long get(const char *name, u32 *state)
{
	static struct sysctl call;
	long rc;

	clear(&call, sizeof call);
	call.u.get.name = named(name);
	rc = livepatch(&call, 1);
	*state = call.u.get.state;
	return rc ? rc : call.u.get.rc;
}

static long upload(const struct step *step, const void *script)
{
	static struct sysctl call;

	clear(&call, sizeof call);
	call.u.upload.name = named(step->name);
	call.u.upload.size = step->size & ~ESSENTIAL;
	call.u.upload.payload = (u64)script + step->offset;
	return livepatch(&call, 0);
}

/* All but unload are done later, by an idle processor: the result is the payload's own. */
static long act(const struct step *step)
{
	static struct sysctl call;
	u64 limit = now() + 60000000000UL;
	u32 state = 0;
	long rc;

	clear(&call, sizeof call);
	call.u.action.name = named(step->name);
	call.u.action.action = step->what;
	call.u.action.timeout = step->timeout * 1000000;
	rc = livepatch(&call, 3);
	if (rc || step->what == UNLOAD)
		return rc;
	do {
		rc = get(step->name, &state);
		hypercall(SCHED_OP, 0, 0, 0, 0, 0);
	} while (rc == -EAGAIN && now() < limit);
	say(state == 2 ? "applied\n" : "checked\n");
	return rc;
}

static long perform(const struct step *step, const void *script)
{
	u32 state = 0;
	long rc;

	switch (step->what) {
	case UPLOAD:
		return upload(step, script);
	case UNLOAD:
	case REVERT:
	case APPLY:
	case REPLACE:
		return act(step);
	case OBSERVE:
		observe();
		return 0;
	case LIST:
		return list();
	case EXERCISE:
		return exercise(step->name);
	case GET:
		rc = get(step->name, &state);
		say(state == 2 ? "applied\n" : "checked\n");
		return rc;
	}
	return -EPERM;
}

static void end(u32 reason)
{
	hypercall(SCHED_OP, 2, (long)&reason, 0, 0, 0);
}

__attribute__((weak)) int exercise(const char *phase)
{
	return *phase ? 0 : 1;
}

void guest(const struct start_info *info)
{
	const struct script *script = (const void *)info->module;
	long rc;

	/* Present, writable, of the guest; 2 flushes this page's translation everywhere. */
	hypercall(UPDATE_VA_MAPPING, (long)shared, info->shared_info | 7, 2, 0, 0);
	tell("@> 0 boot\n");
	rc = find_interface();
	text_fact("extraversion", 1);
	text_fact("capabilities", 3);
	build_id();
	tell("@= sysctl ");
	number(interface, 16, 1);
	tell("\n@< ");
	moment();
	tell(" ");
	number(rc < 0 ? -rc : 0, 10, 1);
	tell("\n");
	for (u32 i = 0; i < script->count && rc >= 0; i++) {
		const struct step *step = &script->steps[i];
		long result;

		tell("@> ");
		moment();
		tell(" ");
		tell(names[step->what]);
		tell(" ");
		tell(step->name);
		tell("\n");
		result = perform(step, script);
		if (filled)
			tell("\n");
		tell("@< ");
		moment();
		tell(" ");
		number(result < 0 ? -result : result, 10, 1);
		tell("\n");
		if (result && (step->size & ESSENTIAL))
			break;
	}
	tell("@. ");
	moment();
	tell("\n");
	end(1);
	for (;;)
		hypercall(SCHED_OP, 1, 0, 0, 0, 0);
}
