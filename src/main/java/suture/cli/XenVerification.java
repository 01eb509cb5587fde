package suture.cli;

import suture.bytes.Bytes;
import suture.report.XenProofReport;
import suture.target.xen.verify.PayloadStack;
import suture.target.xen.verify.ReplacedFunction;
import suture.target.xen.verify.RunningXen;
import suture.target.xen.verify.Verdict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code suture verify} for a Xen live patch: on top of those that are loaded. */
final class XenVerification {
    private XenVerification() {}

    static XenProofReport run(Path payload, List<Path> loaded, Path symbols) throws IOException {
        RunningXen xen = RunningXen.read(symbols);
        PayloadStack stack = new PayloadStack(xen);
        for (Path below : loaded) {
            List<XenProofReport.Stage> stages = put(stack, below);
            if (stages.stream().anyMatch(stage -> !stage.verdict().accepted())) {
                return new XenProofReport(below.toString(), xen, stages, List.of());
            }
        }
        List<XenProofReport.Stage> stages = put(stack, payload);
        List<ReplacedFunction> functions = stack.functions(name(payload));
        return new XenProofReport(payload.toString(), xen, stages, functions);
    }

    /** What a file is called in the hypervisor: as its name without the ending. */
    static String name(Path payload) {
        String file = payload.getFileName().toString();
        int dot = file.lastIndexOf('.');
        return dot > 0 ? file.substring(0, dot) : file;
    }

    private static List<XenProofReport.Stage> put(PayloadStack stack, Path file)
            throws IOException {
        List<XenProofReport.Stage> stages = new ArrayList<>();
        Verdict upload = stack.upload(name(file), Bytes.map(file));
        stages.add(new XenProofReport.Stage("upload", upload));
        if (upload.accepted()) {
            stages.add(new XenProofReport.Stage("apply", stack.apply(name(file))));
        }
        return stages;
    }
}
