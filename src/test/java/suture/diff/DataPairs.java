package suture.diff;

import java.util.List;
import java.util.Set;

/** Tables, strings, statics, anchors: what is numbered, moved and merged by the compiler. */
final class DataPairs {
    static final List<OptimisedPair> ALL =
            List.of(
                    new OptimisedPair(
                            "tables of switches change places",
                            List.of(
                                    "gcc-12 -O2 -g",
                                    "gcc-12 -O2 -g -ffunction-sections -fdata-sections",
                                    "clang-16 -O2 -g",
                                    "aarch64-linux-gnu-gcc -O2 -g -fdata-sections"),
                            """
                            <<int a(int x) { switch (x) { case 0: return 9; case 1: return 4; case 2: return 77; case 3: return 12; case 4: return 8; case 5: return 123; } return 0; }
                            int b(int x) { switch (x) { case 0: return 3; case 1: return 8; case 2: return 17; case 3: return 2; case 4: return 6; case 5: return 5; } return 0; }|int b(int x) { switch (x) { case 0: return 3; case 1: return 8; case 2: return 17; case 3: return 2; case 4: return 6; case 5: return 5; } return 0; }
                            int a(int x) { switch (x) { case 0: return 9; case 1: return 4; case 2: return 77; case 3: return 12; case 4: return 8; case 5: return 123; } return 0; }>>
                            """,
                            Set.of(),
                            Set.of(),
                            Set.of()),
                    new OptimisedPair(
                            "tables of switches swap contents",
                            List.of(
                                    "gcc-12 -O2 -g",
                                    "gcc-12 -O2 -g -ffunction-sections -fdata-sections",
                                    "clang-16 -O2 -g"),
                            """
                            int a(int x) { switch (x) { case 0: return <<9|3>>; case 1: return <<4|8>>; case 2: return <<77|17>>; case 3: return <<12|2>>; case 4: return <<8|6>>; case 5: return <<123|5>>; } return 0; }
                            int b(int x) { switch (x) { case 0: return <<3|9>>; case 1: return <<8|4>>; case 2: return <<17|77>>; case 3: return <<2|12>>; case 4: return <<6|8>>; case 5: return <<5|123>>; } return 0; }
                            """,
                            Set.of("a", "b"),
                            Set.of("a", "b"),
                            Set.of()),
                    new OptimisedPair(
                            "two slots of a jump table swapped",
                            List.of(
                                    "gcc-12 -O2 -g",
                                    "gcc-12 -O2 -g -ffunction-sections -fdata-sections",
                                    "gcc-12 -O2 -g -fPIC",
                                    "clang-16 -O2 -g",
                                    "clang-19 -O2 -g -ffunction-sections",
                                    "aarch64-linux-gnu-gcc -O2 -g -ffunction-sections"
                                            + " -fdata-sections",
                                    "powerpc64le-linux-gnu-gcc -O2 -g -ffunction-sections"
                                            + " -fdata-sections"),
                            """
                            void p(int); void q(int); void r(int); void s(int); void t(int); void u(int);
                            void a(int x) { switch (x) { case <<0|1>>: p(1); break; case <<1|0>>: q(2); break; case 2: r(3); break; case 3: s(4); break; case 4: t(5); break; case 5: u(6); break; } }
                            void b(int x) { switch (x) { case 0: p(7); break; case 1: q(8); break; case 2: r(9); break; case 3: s(10); break; case 4: t(11); break; case 5: u(12); break; } }
                            """,
                            Set.of("a"),
                            Set.of("a"),
                            Set.of()),
                    new OptimisedPair(
                            "statics of one name cross",
                            List.of(
                                    "gcc-12 -O2 -g",
                                    "gcc-12 -O2 -g -ffunction-sections -fdata-sections",
                                    "clang-16 -O2 -g -ffunction-sections"),
                            """
                            void use(int *);
                            <<int a(int x) { static int n = 5; use(&n); return n += x; }
                            int b(int x) { static int n = 7; use(&n); return n -= x; }|int b(int x) { static int n = 7; use(&n); return n -= x; }
                            int a(int x) { static int n = 5; use(&n); return n += x + 1; }>>
                            """,
                            Set.of("a"),
                            Set.of("a"),
                            Set.of()),
                    new OptimisedPair(
                            "function names as strings, numbered anew",
                            List.of(
                                    "gcc-12 -O2 -g",
                                    "gcc-12 -O2 -g -ffunction-sections -fdata-sections",
                                    "clang-16 -O2 -g"),
                            """
                            extern void out(const char *, const char *);
                            <<|static __attribute__((noinline)) void helper(int x) { out(__func__, "h"); }
                            void c(int x) { out(__func__, __PRETTY_FUNCTION__); helper(x); }>>
                            void a(void) { out(__func__, __PRETTY_FUNCTION__); }
                            void b(void) { out(__func__, __PRETTY_FUNCTION__); }
                            """,
                            Set.of("c", "helper"),
                            Set.of(),
                            Set.of()),
                    new OptimisedPair(
                            "constants numbered anew",
                            List.of(
                                    "gcc-12 -O2 -g",
                                    "gcc-12 -O2 -g -ffunction-sections -fdata-sections",
                                    "clang-16 -O2 -g",
                                    "aarch64-linux-gnu-gcc -O2 -g"),
                            """
                            extern void out(const char *); extern double m(double);
                            void a(void) { <<|out("new one"); m(8.125);>> out("first"); m(1.5); }
                            void b(void) { out("second"); m(2.75); }
                            void c(void) { out("third"); m(3.375); }
                            """,
                            Set.of("a"),
                            Set.of("a"),
                            Set.of()),
                    new OptimisedPair(
                            "feature bit of an alternative",
                            List.of(
                                    "gcc-12 -O2 -g",
                                    "gcc-12 -O2 -g -ffunction-sections -fdata-sections",
                                    "clang-16 -O2 -g"),
                            """
                            extern int out(int);
                            #define ALT(old, new, bit) asm volatile("661: " old "\\n662:\\n.pushsection .altinstructions,\\"a\\"\\n.long 661b - ., 663f - .\\n.word " #bit "\\n.byte 662b-661b, 664f-663f\\n.popsection\\n.pushsection .altinstr_replacement,\\"ax\\"\\n663: " new "\\n664:\\n.popsection")
                            int a(int x) { ALT("nop; nop; nop", "lfence", 96); return out(x); }
                            int b(int x) { ALT("nop; nop; nop", "lfence", <<97|98>>); return out(x) + 1; }
                            int c(int x) { ALT("nop; nop; nop", "<<mfence|mfence>>", 99); return out(x) + 2; }
                            """,
                            Set.of("b"),
                            Set.of("b"),
                            Set.of()),
                    new OptimisedPair(
                            "private tables without symbols",
                            List.of(
                                    "clang-16 -O2 -g",
                                    "clang-16 -O2 -g -ffunction-sections -fdata-sections",
                                    "clang-19 -O2 -g",
                                    "clang-14 -O2 -g -fPIC"),
                            """
                            <<|int z(int x) { switch (x) { case 0: return 5; case 1: return 14; case 2: return 7; case 3: return 22; case 4: return 18; case 5: return 23; } return 0; }>>
                            int a(int x) { switch (x) { case 0: return 9; case 1: return 4; case 2: return 77; case 3: return 12; case 4: return 8; case 5: return 123; } return 0; }
                            int b(int x) { switch (x) { case 0: return 3; case 1: return 8; case 2: return 17; case 3: return 2; case 4: return 6; case 5: return 5; } return 0; }
                            """,
                            Set.of("z"),
                            Set.of(),
                            Set.of()),
                    new OptimisedPair(
                            "places behind section anchors",
                            List.of(
                                    "aarch64-linux-gnu-gcc -O2 -g",
                                    "powerpc64le-linux-gnu-gcc -O2 -g",
                                    "aarch64-linux-gnu-gcc -O2 -g -ffunction-sections"
                                            + " -fdata-sections"),
                            """
                            static int first; static int front_a, front_b; <<|static int extra;>>
                            extern int out(int);
                            int y(int x) { return first += x; }
                            <<|int z(int x) { extra += x; return extra; }>>
                            int a(int x) { front_a += x; return out(front_a); }
                            int b(int x) { front_b += x; return out(front_b) + front_a; }
                            int c(int x) { front_a = x; front_b = x; return x; }
                            """,
                            Set.of("z"),
                            Set.of(),
                            Set.of()),
                    new OptimisedPair(
                            "statics of inlined functions",
                            List.of(
                                    "gcc-12 -O2 -g",
                                    "gcc-12 -O2 -g -ffunction-sections -fdata-sections",
                                    "clang-16 -O2 -g"),
                            """
                            extern void out(int *);
                            static inline int tick(int x) { static int n = 3; out(&n); return n += x; }
                            int a(int x) { return tick(x); }
                            int b(int x) { static int n = 9; out(&n); n += tick(x)<<| + 1>>; return n; }
                            int c(int x) { static int n = 4; out(&n); return n; }
                            """,
                            Set.of("b"),
                            Set.of("b"),
                            Set.of()),
                    new OptimisedPair(
                            "records of the sanitizer with line numbers",
                            List.of(
                                    "gcc-12 -O2 -g -fsanitize=signed-integer-overflow,bounds",
                                    "clang-16 -O2 -g"
                                            + " -fsanitize=signed-integer-overflow,array-bounds",
                                    "gcc-12 -O2 -g -fsanitize=signed-integer-overflow"
                                            + " -ffunction-sections -fdata-sections"),
                            """
                            extern int t[10];
                            int a(int x, int y) { <<|t[x & 7] += 1;
                            >>return x * y + t[x]; }
                            int b(int x, int y) { return x * y - t[y]; }
                            """,
                            Set.of("a"),
                            Set.of("a"),
                            Set.of()));

    private DataPairs() {}
}
