package suture.random;

import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/** The code around a random program: barriers, sums, helpers. */
final class Harness {
    private static final Pattern FUNC_1 =
            Pattern.compile("(static .*\\bfunc_1\\(void\\)|static .*\\bfunc_1 *\\(void\\));?");

    private Harness() {}

    private static final String DECLARATIONS =
            """
            #include <stdio.h>
            #include <stdlib.h>
            #include <unistd.h>
            extern volatile int suture_switched;
            void suture_barrier(int number);
            void suture_round(void);
            static uint32_t suture_sum[4];
            static __thread uint32_t suture_thread = 5u;
            static uint32_t (*suture_pointer)(uint32_t);
            static __attribute__((noinline)) uint32_t suture_text(const char *text)
            {
                uint32_t sum = 7u;
                while (*text) sum = sum * 31u + (unsigned char)*text++;
                return sum;
            }
            static inline void suture_touch(void *record) { __asm__ volatile("" : : "r"(record) : "memory"); }
            static __attribute__((noinline, noreturn, cold)) void suture_stop(uint32_t code)
            {
                exit((int)(code & 63u) + 1);
            }
            """;

    /** What stands before the functions; some of it changed or new. */
    static void declarations(Random random, List<Piece> pieces) {
        pieces.add(Piece.text(DECLARATIONS));
        for (int i = 0; i < 3; i++) {
            String attribute = random.nextBoolean() ? "static __attribute__((noinline))" : "static";
            String added =
                    "%s uint32_t suture_new_%d(uint32_t a) { static uint32_t n_%d; n_%d += a; return n_%d * %du; }\n"
                            .formatted(attribute, i, i, i, i, random.nextInt(9) + 1);
            pieces.add(new Piece(Piece.Kind.DECLARATION, "", added));
        }
        for (int i = 0; i < 4; i++) {
            String attribute =
                    random.nextInt(3) > 0 ? "static __attribute__((noinline))" : "static";
            pieces.add(
                    Piece.text(
                            "%s uint32_t suture_helper_%d(uint32_t a, uint32_t b) { if (a > %du) suture_sum[%d] += b; return a * %du + "
                                    .formatted(attribute, i, random.nextInt(500), i, i + 3)));
            constant(random, pieces, 8);
            pieces.add(Piece.text(" * b; }\n"));
            // Twins on purpose: a compiler may fold them.
            pieces.add(
                    Piece.text(
                            "static uint32_t suture_one_%d(uint32_t a) { return a ^ "
                                    .formatted(i)));
            constant(random, pieces, 8);
            pieces.add(Piece.text("; }\n"));
        }
    }

    private static void constant(Random random, List<Piece> pieces, int odds) {
        String before = random.nextInt(3) + "u";
        boolean change = random.nextInt(odds) == 0;
        pieces.add(new Piece(Piece.Kind.EXPRESSION, before, change ? "17u" : before));
    }

    /** {@code func_1} has to be entered by a call, or there is nothing to redirect. */
    static String outOfLine(String line) {
        return FUNC_1.matcher(line).matches()
                ? line.replaceFirst("static ", "static __attribute__((noinline)) ")
                : line;
    }

    /** A line of csmith's {@code main}, with the rounds in place of the only call. */
    static String main(String line, boolean once) {
        String text = line.strip();
        if (text.equals("func_1();")) {
            return rounds(once);
        }
        if (text.startsWith("platform_main_end(")) {
            return "for (int s = 0; s < 4; s++) transparent_crc(suture_sum[s], \"s\", 0);\n" + line;
        }
        return line;
    }

    private static String rounds(boolean once) {
        return once
                ? "suture_barrier(1); suture_round(); "
                : """
                for (int r = 0; r < 2; r++) suture_round();
                suture_barrier(1);
                for (int r = 0; r < 2; r++) suture_round();
                suture_barrier(2);
                for (int r = 0; r < 2; r++) suture_round();\
                """;
    }

    /** Calls of the program from outside of its unit; compiled into it, never patched. */
    static final String ROUND =
            """
            #ifdef __clang__
            __attribute__((noinline, optnone))
            #else
            __attribute__((noipa))
            #endif
            void suture_round(void) { func_1(); }
            """;

    /** A unit of its own: the barrier of the program that is patched. */
    static final String LIVE =
            """
            #include <stdio.h>
            #include <unistd.h>
            volatile int suture_switched;
            void suture_barrier(int number)
            {
                char name[16];
                sprintf(name, "go%d", number);
                printf("barrier %d %d\\n", number, getpid());
                fflush(stdout);
                while (access(name, F_OK)) usleep(500);
            }
            """;

    /** A unit of its own: the barrier of the oracle. */
    static final String ORACLE =
            """
            volatile int suture_switched;
            void suture_barrier(int number) { suture_switched = number == 1; }
            """;
}
