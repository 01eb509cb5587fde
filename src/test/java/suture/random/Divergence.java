package suture.random;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program that computed something else than its oracle: is it one, and why. */
final class Divergence {
    private Divergence() {}

    static Trial.Outcome judge(Trial trial, List<Piece> pieces, Trial.Outcome outcome, long seed)
            throws IOException, InterruptedException {
        String undefined = trial.undefined(pieces);
        if (!undefined.isEmpty()) {
            return new Trial.Outcome("patched program has undefined behaviour", undefined);
        }
        List<Piece> smallest = reduce(trial, pieces);
        Path kept = Files.createDirectories(Path.of("target", "divergences", "seed-" + seed));
        for (Piece.Variant variant : Piece.Variant.values()) {
            String name = variant.name().toLowerCase(java.util.Locale.ROOT) + ".c";
            Files.writeString(kept.resolve(name), Piece.render(smallest, variant));
        }
        long places = smallest.stream().filter(Piece::changes).count();
        return new Trial.Outcome(
                outcome.kind(),
                outcome.detail() + ", " + places + " changed places left, kept in " + kept);
    }

    /** Undoes one changed place after the other while the program still diverges. */
    private static List<Piece> reduce(Trial trial, List<Piece> pieces)
            throws IOException, InterruptedException {
        List<Piece> smallest = new ArrayList<>(pieces);
        for (int i = 0; i < smallest.size(); i++) {
            // What a declaration adds may be used by a place that stays changed.
            boolean declaration = smallest.get(i).kind() == Piece.Kind.DECLARATION;
            if (declaration || !smallest.get(i).changes()) {
                continue;
            }
            List<Piece> fewer = new ArrayList<>(smallest);
            fewer.set(i, smallest.get(i).unchanged());
            if (trial.run(fewer).diverges()) {
                smallest = fewer;
            }
        }
        return smallest;
    }
}
