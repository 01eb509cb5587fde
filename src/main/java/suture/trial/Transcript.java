package suture.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came over the guest's second serial port; the lines are described at the head of the guest's
 * {@code init}.
 *
 * @param steps the steps, in order; the last may be open
 * @param facts what the guest said about its kernel
 * @param complete whether the guest did all steps
 */
public record Transcript(List<Step> steps, Map<String, String> facts, boolean complete) {

    /** Reads the lines; one that is cut off at the end is left out. */
    static Transcript parse(String text) {
        Reader reader = new Reader();
        int at = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
            reader.line(text.substring(at, end).stripTrailing());
            at = end + 1;
        }
        return reader.transcript();
    }

    /** The same with the host's time at the end of each step. */
    Transcript timed(List<Double> ends) {
        List<Step> timed = new ArrayList<>();
        double before = 0;
        for (int i = 0; i < steps.size(); i++) {
            boolean known = i < ends.size() && !steps.get(i).open();
            timed.add(known ? steps.get(i).tookOnHost(ends.get(i) - before) : steps.get(i));
            before = known ? ends.get(i) : before;
        }
        return new Transcript(List.copyOf(timed), facts, complete);
    }

    private static final class Reader {
        private final List<Step> steps = new ArrayList<>();
        private final Map<String, String> facts = new TreeMap<>();
        private final List<String> output = new ArrayList<>();
        private final List<String> log = new ArrayList<>();
        private final List<String> stuck = new ArrayList<>();
        private String[] begun = {};
        private boolean complete;

        void line(String line) {
            String rest = line.length() < 2 ? "" : line.substring(2);
            switch (line.isEmpty() ? ' ' : line.charAt(0)) {
                case '>' -> begun = rest.split(" ", 3);
                case '|' -> output.add(rest);
                case '#' -> log.add(rest);
                case '?' -> stuck.add(rest);
                case '=' -> {
                    String[] words = rest.split(" ", 2);
                    facts.put(words[0], words.length > 1 ? words[1].strip() : "");
                }
                case '<' -> {
                    String[] words = rest.split(" ", 2);
                    end(Double.parseDouble(words[0]), Integer.parseInt(words[1]));
                }
                case '.' -> complete = true;
                default -> output.add(line);
            }
        }

        private void end(double now, int status) {
            double start = Double.parseDouble(begun[0]);
            // The boot began with the kernel's clock, not with its first process.
            double from = begun[1].equals("boot") ? 0 : start;
            add(from, now - from, status);
        }

        private void add(double start, double seconds, int status) {
            String subject = begun.length > 2 ? begun[2] : "";
            steps.add(new Step(begun[1], subject, start, seconds, -1, status, output, log, stuck));
            output.clear();
            log.clear();
            stuck.clear();
            begun = new String[0];
        }

        Transcript transcript() {
            if (begun.length > 1) {
                add(Double.parseDouble(begun[0]), -1, -1);
            }
            return new Transcript(List.copyOf(steps), Map.copyOf(facts), complete);
        }
    }
}
