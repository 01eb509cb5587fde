package suture.cli;

import suture.bytes.FormatException;
import suture.finding.Finding;
import suture.host.Host;
import suture.host.KernelHost;
import suture.host.Outcome;
import suture.host.PayloadKind;
import suture.report.JsonReport;

import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Which running thing a payload is for, and what is said of an action on it. */
final class Hosts {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Hosts() {}

    /** The kernel that runs here. */
    static Host kernel() {
        return KernelHost.here(PATIENCE);
    }

    /** The running thing that a file is for. */
    static Host of(Path payload) throws IOException {
        return switch (PayloadKind.of(payload)) {
            case KERNEL -> kernel();
            case XEN -> throw unsupported(payload, "a Xen live patch; use xen-livepatch load");
            case PROCESS -> throw unsupported(payload, "no kernel module");
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
