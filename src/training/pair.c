/*
 * What the start-up cache is trained on: compiled as it is and with -DPATCHED, it has something of
 * everything that a comparison looks at. Nothing of it is ever run or shipped.
 */
#ifndef PATCHED
#define PATCHED 0
#endif
#define NOINLINE __attribute__((noinline))

extern int work(int);
extern void say(const char *, ...);
extern void leave(int) __attribute__((noreturn, cold));
extern __thread int own;

struct op { const char *name; int (*run)(int); };

static int state = 3, more[4], last;
int shared = PATCHED + 1;

static NOINLINE int deep(int x) { return work(x) + state + PATCHED; }
static NOINLINE int split(const struct op *o, int x) { if (x > 100) leave(x); return o->run(x) + more[x & 3]; }

static int open_(int x) { static int count; say("open %d %s", x, __func__); return ++count + deep(x); }
static int close_(int x) { static int count = 7; say(PATCHED ? "closed" : "close"); return --count - x; }

static const struct op ops[] = { { "open", open_ }, { "close", close_ } };
static const int weights[] = { 1, 2, 3 + PATCHED, 5, 8, 13 };

int choose(int x)
{
    switch (x) {
    case 0: return work(1);
    case 1: return deep(2);
    case 2: return weights[work(x) & 3];
    case 3: say("three"); return 4;
    case 4: return own + x;
    case 5: return split(&ops[x & 1], x);
    case 6: return more[work(6) & 3] += 9;
    default: return PATCHED ? last++ : last;
    }
}

double half(double d) { return d * 0.5 + (PATCHED ? 0.25 : 0.75); }
NOINLINE int first(int x) { state += x; return x ? more[1] : last; }
#if PATCHED
static NOINLINE int added(int x) { static int fresh; return fresh += work(x); }
int second(int x) { return added(first(x)) + first(x + 1); }
#else
int second(int x) { return first(x) + first(x + 1); }
#endif
__attribute__((section(".init.text"))) int start(int x) { return deep(x); }

#ifdef __x86_64__
int sites(int x)
{
    __asm__ volatile("1: ud2\n"
                     ".pushsection __bug_table,\"aw\"\n2: .long 1b - 2b, 0\n.word %c0, 1\n.popsection\n"
                     :: "i" (__LINE__), "i" (__FILE__));
    __asm__ volatile("1: mov (%0), %0\n2:\n"
                     ".pushsection __ex_table,\"a\"\n.balign 4\n.long 1b - ., 2b - .\n.long 3\n.popsection\n"
                     : "+r" (x));
    __asm__ volatile("1: .byte 0x0f,0x1f,0x44,0,0\n"
                     ".pushsection __jump_table,\"aw\"\n.balign 8\n.long 1b - ., 2f - .\n.quad state - .\n.popsection\n"
                     "2:\n" : "+r" (x));
    return first(x + PATCHED);
}
#endif
