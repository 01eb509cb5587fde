package suture.cli;

import suture.bytes.FormatException;
import suture.finding.Finding;
import suture.host.Host;
import suture.host.KernelHost;
import suture.host.LoadedPatch;
import suture.host.Outcome;
import suture.host.PayloadKind;
import suture.host.XenHost;
import suture.report.JsonReport;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Which running thing a payload is for, and what is said of an action on it. */
final class Hosts {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Hosts() {}

    /** What runs here and takes payloads: the kernel, and the hypervisor under it if any. */
    static List<LoadedPatch> loaded() throws IOException {
        List<LoadedPatch> all = new ArrayList<>(KernelHost.here(PATIENCE).list());
        if (XenHost.isHere()) {
            all.addAll(XenHost.here(PATIENCE).list());
        }
        return all;
    }

    /** The hypervisor if it has a payload of that name, otherwise the kernel. */
    static Host holding(String name) throws IOException {
        if (XenHost.isHere()) {
            Host xen = XenHost.here(PATIENCE);
            if (xen.list().stream().anyMatch(patch -> patch.name().equals(name))) {
                return xen;
            }
        }
        return KernelHost.here(PATIENCE);
    }

    /** The running thing that a file is for. */
    static Host of(Path payload) throws IOException {
        return switch (PayloadKind.of(payload)) {
            case KERNEL -> KernelHost.here(PATIENCE);
            case XEN -> XenHost.here(PATIENCE);
            case PROCESS -> throw unsupported(payload, "no kernel module and no Xen live patch");
        };
    }

    private static FormatException unsupported(Path payload, String found) {
        return new FormatException(payload.toString(), "", -1, "a live patch module", found);
    }

    /** Prints how an action ended; its exit status. */
    static int report(String verb, Outcome outcome, boolean json) {
        if (json) {
            String word = outcome.done() ? "done" : "refused";
            ObjectNode document = JsonReport.document(verb, word);
            document.put("name", outcome.name()).put("seconds", outcome.seconds());
            JsonReport.findings(document.putArray("findings"), outcome.findings());
            System.out.println(JsonReport.text(document));
        } else {
            for (Finding finding : outcome.findings()) {
                String severity = finding.severity().name().toLowerCase(Locale.ROOT);
                System.out.println(severity + ": " + finding.subject() + ": " + finding.message());
                System.out.println("    " + finding.remedy());
            }
            System.out.printf(
                    "%s %s: %s in %.2f s%n",
                    verb, outcome.name(), outcome.done() ? "done" : "not done", outcome.seconds());
        }
        return (outcome.done() ? ExitStatus.DONE : ExitStatus.REFUSED).code();
    }
}
