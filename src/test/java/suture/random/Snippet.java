package suture.random;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Statements of our own that a live patch has to get right: each reads a variable of the program
 * and changes one of four sums that are part of the checksum. Parts between {@code \u00ab} and
 * {@code \u00bb} differ in the patched source, original and patched text parted by {@code \u00a6}.
 */
enum Snippet {
    COUNTER {
        @Override
        String text(Random random, String read, String sum, int id) {
            String name = random.nextBoolean() ? "calls" : "calls_" + id;
            return "{ static uint32_t %s = %du; %s += \u00abe%du\u00a6%du\u00bb; %s ^= %s + %s; }"
                    .formatted(
                            name,
                            random.nextInt(9),
                            name,
                            1 + random.nextInt(5),
                            7 + random.nextInt(5),
                            sum,
                            name,
                            read);
        }
    },
    NEW_STATE {
        @Override
        String text(Random random, String read, String sum, int id) {
            return "{ \u00abs%s += 1u;\u00a6{ static uint32_t fresh = %du; fresh = fresh * 5u + %s; %s ^= fresh; }\u00bb }"
                    .formatted(sum, random.nextInt(99), read, sum);
        }
    },
    TABLE {
        @Override
        String text(Random random, String read, String sum, int id) {
            int size = 4 << random.nextInt(4);
            int odd = random.nextInt(size);
            String use = "%s += table[%s & %du];".formatted(sum, read, size - 1);
            String type = random.nextBoolean() ? "static const uint32_t" : "const uint16_t";
            long seed = random.nextLong();
            return "\u00abs{ %s table[] = {%s}; %s }\u00a6{ %s table[] = {%s}; %s }\u00bb"
                    .formatted(type, list(seed, size, -1), use, type, list(seed, size, odd), use);
        }
    },
    SWITCH {
        @Override
        String text(Random random, String read, String sum, int id) {
            int cases = 4 + random.nextInt(6);
            int odd = random.nextInt(cases);
            StringBuilder text = new StringBuilder("switch (" + read + " % " + cases + "u) {");
            for (int i = 0; i < cases; i++) {
                int value = random.nextInt(1000);
                text.append(" case ").append(i).append(": ").append(sum);
                text.append(random.nextBoolean() ? " += " : " ^= ");
                text.append(
                        i == odd
                                ? "\u00abe" + value + "u\u00a6" + (value + 1) + "u\u00bb"
                                : value + "u");
                text.append("; break;");
            }
            return text + " default: break; }";
        }
    },
    VALUES {
        @Override
        String text(Random random, String read, String sum, int id) {
            int cases = 5 + random.nextInt(8);
            int odd = random.nextInt(cases);
            long seed = random.nextLong();
            return "\u00abs%s\u00a6%s\u00bb"
                    .formatted(
                            valueTable(read, sum, cases, seed, -1),
                            valueTable(read, sum, cases, seed, odd));
        }
    },
    STRING {
        @Override
        String text(Random random, String read, String sum, int id) {
            String before = "text number " + random.nextInt(40);
            String after =
                    switch (random.nextInt(3)) {
                        case 0 -> before.replace('t', 'T');
                        case 1 -> before.substring(5);
                        default -> before + ", longer";
                    };
            return "%s += suture_text(\u00abe\"%s\"\u00a6\"%s\"\u00bb) ^ %s;"
                    .formatted(sum, before, after, read);
        }
    },
    RECORD {
        @Override
        String text(Random random, String read, String sum, int id) {
            String use =
                    "{ uint32_t a; %s uint64_t b; } record = {0}; record.a = %s; record.b = %du;"
                            + " suture_touch(&record); %s += record.a ^ (uint32_t)record.b;";
            int value = random.nextInt(500);
            return "\u00abs{ struct %s }\u00a6{ struct %s }\u00bb"
                    .formatted(
                            use.formatted("", read, value, sum),
                            use.formatted("uint16_t more[3];", read, value, sum));
        }
    },
    BRANCH {
        @Override
        String text(Random random, String read, String sum, int id) {
            return "\u00abs%s += 3u;\u00a6if (%s > %du) { %s ^= %s; } else { %s += 3u; }\u00bb"
                    .formatted(sum, read, random.nextInt(300), sum, read, sum);
        }
    },
    RARE {
        @Override
        String text(Random random, String read, String sum, int id) {
            return ("if (__builtin_expect(%s == 0x%xu, 0)) { printf(\u00abe\"rare"
                            + " %d\\n\"\u00a6\"rarely %d\\n\"\u00bb); suture_stop(%du); }")
                    .formatted(sum, random.nextInt(), id, id, id);
        }
    },
    HELPER {
        @Override
        String text(Random random, String read, String sum, int id) {
            return "%s += suture_helper_%d(%s, \u00abe%du\u00a6%du\u00bb);"
                    .formatted(
                            sum, random.nextInt(4), read, random.nextInt(4), 4 + random.nextInt(4));
        }
    },
    NEW_FUNCTION {
        @Override
        String text(Random random, String read, String sum, int id) {
            return "\u00abs%s += 2u;\u00a6%s += suture_new_%d(%s);\u00bb"
                    .formatted(sum, sum, random.nextInt(3), read);
        }
    },
    POINTER {
        @Override
        String text(Random random, String read, String sum, int id) {
            int before = random.nextInt(4);
            return ("{ if (!suture_pointer) suture_pointer = suture_one_%d; %s +="
                            + " suture_pointer(%s); \u00abs%s += 1u;\u00a6{ uint32_t (*volatile"
                            + " p)(uint32_t) = suture_one_%d; %s ^= p(%s); }\u00bb }")
                    .formatted(before, sum, read, sum, random.nextInt(4), sum, read);
        }
    },
    THREAD_LOCAL {
        @Override
        String text(Random random, String read, String sum, int id) {
            return "suture_thread += \u00abe%du\u00a6%du\u00bb; %s ^= suture_thread + %s;"
                    .formatted(random.nextInt(9), 10 + random.nextInt(9), sum, read);
        }
    };

    abstract String text(Random random, String read, String sum, int id);

    /** The pieces of one such statement; without a change they are plain text. */
    List<Piece> pieces(Random random, String read, int id, boolean change) {
        String text = text(random, read, "suture_sum[" + random.nextInt(4) + "]", id);
        List<Piece> pieces = new ArrayList<>();
        int at = 0;
        for (int open = text.indexOf('\u00ab'); open >= 0; open = text.indexOf('\u00ab', at)) {
            pieces.add(Piece.text(text.substring(at, open)));
            int middle = text.indexOf('\u00a6', open);
            int close = text.indexOf('\u00bb', middle);
            Piece.Kind kind =
                    text.charAt(open + 1) == 'e' ? Piece.Kind.EXPRESSION : Piece.Kind.STATEMENT;
            String before = text.substring(open + 2, middle);
            String after = text.substring(middle + 1, close);
            pieces.add(new Piece(kind, before, change ? after : before));
            at = close + 1;
        }
        pieces.add(Piece.text(text.substring(at) + "\n"));
        return pieces;
    }

    private static String list(long seed, int size, int odd) {
        Random random = new Random(seed);
        return IntStream.range(0, size)
                .map(i -> random.nextInt(60_000) + (i == odd ? 1 : 0))
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(", "));
    }

    private static String valueTable(String read, String sum, int cases, long seed, int odd) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder("{ uint32_t value; switch (" + read + " & 15u) {");
        for (int i = 0; i < cases; i++) {
            int value = random.nextInt(100_000) + (i == odd ? 1 : 0);
            text.append(" case ").append(i).append(": value = ").append(value).append("u; break;");
        }
        return text + " default: value = 9u; break; } " + sum + " ^= value; }";
    }
}
