package suture.target.linux.klp;

import org.jspecify.annotations.Nullable;

import suture.finding.Finding;
import suture.plan.Destination;
import suture.plan.Link;
import suture.plan.Piece;
import suture.plan.UnitPlan;
import suture.target.linux.Binding;
import suture.target.linux.image.KernelImage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Sites of tracepoints and of dynamic debug whose key lives in a module. The kernel reads the
 * tables of sites before the livepatch core has filled in references to modules, so such an entry
 * must not be in the payload. Without it the site keeps its initial state: off. That is no loss of
 * function, only of tracing, and it is said; any other key of a module refuses (upstream does the
 * same: Linux 6.19 {@code tools/objtool/klp-diff.c}).
 */
final class TraceSites {
    /** Offset of the key in an entry, by table. */
    private static final Map<String, Long> KEYS =
            Map.of("__jump_table", 8L, ".static_call_sites", 4L);

    private static final List<String> NAMES = List.of("__tracepoint_", "__SCK__tp_func_");

    private final KlpUnit unit;
    private final TreeSet<String> off = new TreeSet<>();

    private TraceSites(KlpUnit unit) {
        this.unit = unit;
    }

    /** The unit without such entries. */
    static KlpUnit without(KlpUnit unit, List<Finding> findings) {
        return unit.plan().owner().equals(KernelImage.NAME)
                ? unit
                : new TraceSites(unit).run(findings);
    }

    private KlpUnit run(List<Finding> findings) {
        UnitPlan plan = unit.plan();
        List<Piece> pieces = new ArrayList<>();
        for (Piece piece : plan.pieces()) {
            String key = lateTraceKey(piece);
            if (key == null) {
                pieces.add(piece);
            } else {
                off.add(key);
            }
        }
        if (off.isEmpty()) {
            return unit;
        }
        findings.add(
                Finding.warning(
                        "trace-site-off",
                        plan.owner(),
                        plan.unit(),
                        "in the functions that travel, these sites of module "
                                + plan.owner()
                                + " stay off: "
                                + String.join(", ", off),
                        "nothing, unless these tracepoints or debug messages are needed while the"
                                + " patch is in force"));
        UnitPlan less =
                new UnitPlan(
                        plan.unit(),
                        plan.owner(),
                        plan.original(),
                        plan.patched(),
                        List.copyOf(pieces),
                        plan.replacements(),
                        plan.callbacks());
        return new KlpUnit(less, unit.bindings(), unit.functions(), unit.needs());
    }

    private @Nullable String lateTraceKey(Piece piece) {
        Long at = KEYS.get(piece.section().name());
        if (piece.kind() != Piece.Kind.ENTRY || at == null) {
            return null;
        }
        for (Link link : piece.links()) {
            if (link.at() == at) {
                return lateTraceKey(link.destination());
            }
        }
        return null;
    }

    private @Nullable String lateTraceKey(Destination destination) {
        return switch (destination) {
            case Destination.Travelling travelling -> null;
            case Destination.Running running -> {
                boolean debug = running.section().name().equals("__dyndbg");
                yield debug || isTrace(running.name()) ? running.name() : null;
            }
            case Destination.External external -> {
                String name = external.symbol().name();
                Binding binding =
                        isTrace(name) ? unit.bindings().external(external.symbol()) : null;
                yield binding != null && isLate(binding) ? name : null;
            }
        };
    }

    private static boolean isTrace(String name) {
        return NAMES.stream().anyMatch(name::startsWith);
    }

    private static boolean isLate(Binding binding) {
        return switch (binding) {
            case Binding.Livepatch livepatch -> !livepatch.object().equals(KernelImage.NAME);
            case Binding.Export export -> !export.provider().equals(KernelImage.NAME);
        };
    }
}
