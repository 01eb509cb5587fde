package suture.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Breaks a source patch, as noise does or as somebody who knows the format would. */
final class PatchMutator {
    private static final List<String> LINES =
            List.of(
                    "@@ -1,4294967295 +1 @@",
                    "@@ -0,0 +1,2147483647 @@",
                    "@@ -99999999999999999999 +0,0 @@",
                    "@@ -0,0 +0,0 @@",
                    "@@ -2147483647,0 +2147483647,1 @@",
                    "@@ -1 +0 @@",
                    "--- /etc/passwd",
                    "+++ /etc/passwd",
                    "--- a/../../outside/secret.c",
                    "+++ b/../../outside/secret.c",
                    "--- a/dir/./t.c",
                    "+++ b//dir/t.c",
                    "+++ b/link/secret.c",
                    "--- a/link/secret.c",
                    "--- a/alias.c",
                    "+++ ..",
                    "+++ b/",
                    "--- \"a/dir\\057t.c\"",
                    "--- \"a/\\056\\056/x\"",
                    "+++ \"b/\\0\"",
                    "+++ \"b/\\",
                    "+++ \"b/\\777\"",
                    "--- /dev/null",
                    "+++ /dev/null",
                    "--- a/new\u0000name.c",
                    "+++ b/\u00ff.c",
                    "diff --git a/dir/t.c b/dir/t.c",
                    "diff --git a/e b/e",
                    "diff --git",
                    "GIT binary patch",
                    "literal 4294967295",
                    "Binary files a/x and b/x differ",
                    "similarity index 100%",
                    "rename from dir/t.c",
                    "rename to ../../outside/secret.c",
                    "rename to link/secret.c",
                    "rename to dir",
                    "copy from dir/t.c",
                    "copy to copied.c",
                    "copy from /etc/passwd",
                    "old mode 100644",
                    "new mode 100755",
                    "new mode 120000",
                    "new file mode 100644",
                    "new file mode 120000",
                    "deleted file mode 100644",
                    "index 0000000..1111111 160000",
                    "\\ No newline at end of file",
                    "-- ",
                    " ",
                    "",
                    "+",
                    "-",
                    "+#line 99999999999",
                    "+/* \" '",
                    "+#if 0",
                    "+#else");

    private final String good;

    PatchMutator(String good) {
        this.good = good;
    }

    /** The n-th broken patch; the same number gives the same patch. */
    String mutant(long number) {
        Random random = new Random(number * 0x9e3779b97f4a7c15L);
        List<String> lines = new ArrayList<>(PatchParser.lines(good));
        for (int left = 1 + random.nextInt(3); left > 0 && !lines.isEmpty(); left--) {
            mutate(lines, random);
        }
        String text = String.join("", lines);
        return switch (random.nextInt(24)) {
            case 0 -> text.substring(0, random.nextInt(text.length() + 1));
            case 1 -> text.replace("\n", "\r\n");
            case 2 -> text + good;
            case 3 -> text.stripTrailing();
            default -> text;
        };
    }

    private static void mutate(List<String> lines, Random random) {
        int at = random.nextInt(lines.size());
        switch (random.nextInt(9)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(at, lines.get(random.nextInt(lines.size())));
            case 2 -> lines.add(at, LINES.get(random.nextInt(LINES.size())) + "\n");
            case 3 -> lines.set(at, LINES.get(random.nextInt(LINES.size())) + "\n");
            case 4 -> lines.set(at, lines.set(random.nextInt(lines.size()), lines.get(at)));
            case 5 -> replaceAlike(lines, random);
            case 6 -> lines.set(at, number(lines.get(at), random));
            case 7 -> lines.set(at, noise(lines.get(at), random));
            default -> lines.subList(at, at + random.nextInt(lines.size() - at)).clear();
        }
    }

    /** One header line for another of its kind. */
    private static void replaceAlike(List<String> lines, Random random) {
        for (int tries = 0; tries < 40; tries++) {
            int at = random.nextInt(lines.size());
            String other = LINES.get(random.nextInt(LINES.size()));
            String line = lines.get(at);
            if (line.length() > 4 && other.startsWith(line.substring(0, 4))) {
                lines.set(at, other + "\n");
                return;
            }
        }
    }

    private static String number(String line, Random random) {
        String[] numbers = {"0", "1", "2", "7", "4294967296", "2147483647", "00", "-1", ""};
        return line.replaceFirst("[0-9]+", numbers[random.nextInt(numbers.length)]);
    }

    private static String noise(String line, Random random) {
        StringBuilder text = new StringBuilder(line);
        for (int i = random.nextInt(4); i >= 0 && text.length() > 0; i--) {
            text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
        }
        return text.toString();
    }
}
