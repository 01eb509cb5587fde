package suture.diff;

import java.util.List;
import java.util.Set;

/** Clones, parts, inlining, and what the optimiser of one function knows of another. */
final class CodePairs {
    static final List<OptimisedPair> ALL =
            List.of(
                    new OptimisedPair(
                            "the body of a clone for one constant",
                            List.of(
                                    "gcc-12 -O3 -g",
                                    "gcc-12 -O3 -g -ffunction-sections",
                                    "gcc-11 -O3 -g"),
                            """
                            extern int out(int, const char *, int, int, int);
                            static __attribute__((noinline)) int work(int *p, int k, int l)
                            { int s = 0; for (int i = 0; i < k; i++) { s += out(p[i], "one", i, l, s); s ^= out(s, "two", l, i, k); p[i] += l * s; } return s; }
                            int c1(int *p, int l) { return work(p, 40, 3) + work(p + 1, 40, 3); }
                            int c2(int *p, int l) { return work(p, <<7|8>>, 4) + work(p + 2, <<7|8>>, 4); }
                            int c3(int *p, int k, int l) { return work(p, k, l); }
                            """,
                            Set.of("work"),
                            Set.of("work"),
                            Set.of()),
                    new OptimisedPair(
                            "a part is no longer split off",
                            List.of(
                                    "gcc-12 -O2 -g",
                                    "gcc-12 -O2 -g -ffunction-sections -fdata-sections"),
                            """
                            extern int slow(int *); extern void log_it(const char *, int);
                            static int f(int *p) { if (<<!p|p == (int *)8>>) return -1; <<|log_it("grown", *p); log_it("more", p[1]); log_it("still", p[2]);>> for (int i = 0; i < 20; i++) { slow(p); log_it("a", i); slow(p + i); log_it("b", p[i]); } return slow(p); }
                            int c1(int *p) { return f(p) + 1; }
                            int c2(int *p) { return f(p) * 2; }
                            """,
                            Set.of("c1", "c2", "f"),
                            Set.of("c1", "c2"),
                            Set.of("f")),
                    new OptimisedPair(
                            "the cold part of a clone",
                            List.of(
                                    "gcc-12 -O2 -g",
                                    "gcc-12 -O2 -g -ffunction-sections -fdata-sections"),
                            """
                            struct s { int a, b, c; };
                            extern void bad(const char *, int) __attribute__((cold)); extern int out(int);
                            static __attribute__((noinline)) int f(struct s *p, int unused) { int x = p->a; if (__builtin_expect(x < 0, 0)) { bad("<<first|third>>", x); bad("second", x); } return out(x) + out(x + 1); }
                            int g(struct s *p) { return f(p, 1); }
                            int h(struct s *p) { return f(p, 2) + 1; }
                            """,
                            Set.of("f"),
                            null,
                            Set.of("g", "h")),
                    new OptimisedPair(
                            "inlined before, not any more",
                            List.of(
                                    "gcc-12 -O2 -g",
                                    "gcc-12 -O2 -g -ffunction-sections -fdata-sections",
                                    "clang-16 -O2 -g"),
                            """
                            extern int o1(int), o2(int), o3(int);
                            static int mid(int x) { int s = o1(x); s += o2(s); <<|s += o3(s) + o1(s * 3); s ^= o2(s) + o3(s + 1); s += o1(s) * o2(s + 5); s -= o3(s) * o1(s); s += o2(s) + o3(s + 9); s ^= o1(s) + o2(s); s += o3(s) * 7; s += o1(s) + o2(s) + o3(s);>> return s; }
                            int a(int x) { return mid(x) + 1; }
                            int b(int x) { return mid(x) * 2; }
                            int other(int x) { return o1(x); }
                            """,
                            Set.of("a", "b"),
                            Set.of("a", "b"),
                            Set.of("mid")),
                    new OptimisedPair(
                            "callers knew what the callee does not touch",
                            List.of(
                                    "gcc-12 -O2 -g",
                                    "gcc-12 -O2 -g -ffunction-sections -fdata-sections"),
                            """
                            static int state; static int noise; extern void tick(int);
                            static __attribute__((noinline)) void ping(int x) { noise += x; <<|state = x;>> }
                            int a(int x) { int before = state; ping(x); return before + state * 3; }
                            int reset(int x) { state = x; tick(noise); return state; }
                            """,
                            Set.of("a", "ping"),
                            null,
                            Set.of()),
                    new OptimisedPair(
                            "the callee knew the range of its argument",
                            List.of(
                                    "gcc-12 -O2 -g",
                                    "gcc-12 -O2 -g -ffunction-sections -fdata-sections",
                                    "gcc-11 -O2 -g"),
                            """
                            extern void boom(int); extern int out(int);
                            static __attribute__((noinline)) int g(int n) { if (n > 100) boom(n); return out(n) + out(n + 1); }
                            int b(int x) { return g((x & 0x3f)<<| + 90>>); }
                            int c(int x) { return g(x & 0x1f); }
                            int z(int x) { return out(x); }
                            """,
                            Set.of("b", "g"),
                            null,
                            Set.of()),
                    new OptimisedPair(
                            "callers know that it does not return",
                            List.of(
                                    "gcc-12 -O2 -g",
                                    "gcc-12 -O2 -g -ffunction-sections -fdata-sections",
                                    "clang-16 -O2 -g"),
                            """
                            extern void log_it(const char *); extern void stop(void) __attribute__((noreturn)); extern int out(int);
                            static __attribute__((noinline)) void bad(int x) { log_it("bad"); <<|stop();>> }
                            int a(int x) { if (x < 0) { bad(x); out(7); } return out(x); }
                            int z(int x) { return out(x); }
                            """,
                            Set.of("a", "bad"),
                            null,
                            Set.of()),
                    new OptimisedPair(
                            "moved to the cold section, unchanged",
                            List.of(
                                    "gcc-12 -O2 -g",
                                    "gcc-12 -O2 -g -ffunction-sections -fdata-sections"),
                            """
                            extern int out(int);
                            <<|__attribute__((cold))>> int f(int x) { return out(x) + 3; }
                            int g(int x) { if (out(x) > 3) return f(x) + out(1); return out(2) * out(3); }
                            int z(int x) { return out(x); }
                            """,
                            Set.of(),
                            Set.of(),
                            Set.of("f", "g")),
                    new OptimisedPair(
                            "an address that is taken now",
                            List.of(
                                    "gcc-12 -O2 -g -fcf-protection=branch -mmanual-endbr",
                                    "gcc-12 -O2 -g -fcf-protection=branch -ffunction-sections",
                                    "clang-16 -O2 -g -fcf-protection=branch -ffunction-sections"),
                            """
                            extern int reg(int (*)(int)); extern int out(int);
                            static __attribute__((noinline)) int cb(int x) { return out(x) + 2; }
                            int a(int x) { return cb(x) + 1; }
                            int b(int x) { return out(x)<<| + reg(cb)>>; }
                            """,
                            Set.of("b"),
                            Set.of("b"),
                            Set.of("cb")),
                    new OptimisedPair(
                            "outlined pieces",
                            List.of(
                                    "clang-16 --target=aarch64-linux-gnu -Oz -g",
                                    "clang-19 --target=aarch64-linux-gnu -Oz -g"
                                            + " -ffunction-sections"),
                            """
                            extern int o1(int, int, int), o2(int, int, int), o3(int, int, int); extern int G1, G2, G3;
                            int a(int x, int y) { G1 = x; G2 = y; G3 = x + y; o1(x, y, 3); o2(G1, G2, 4); <<|G3 += 5;>> return o3(x, 1, 2); }
                            int b(int x, int y) { G1 = x; G2 = y; G3 = x + y; o1(x, y, 3); o2(G1, G2, 4); return o3(x, 7, 2); }
                            int c(int x, int y) { G1 = x; G2 = y; G3 = x + y; o1(x, y, 3); o2(G1, G2, 4); return o3(x, 9, 9); }
                            int d(int x, int y) { G2 = x; G1 = y; return o1(1, 2, 3) + x; }
                            """,
                            Set.of("a"),
                            null,
                            Set.of("b", "c")));

    private CodePairs() {}
}
