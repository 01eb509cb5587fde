package suture.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import suture.host.process.LoadedPatch;
import suture.host.process.ProcessHost;
import suture.report.JsonReport;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code suture list}: the patches in what runs here. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists the live patches of a running process.")
final class ListCommand implements Callable<Integer> {
    @Option(
            names = "--pid",
            required = true,
            paramLabel = "PID",
            description = "the running process")
    private int pid;

    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        List<LoadedPatch> patches = ProcessHost.list(pid);
        if (json) {
            System.out.println(document(patches));
        } else {
            patches.forEach(p ->
                    System.out.printf(
                            "%-20s %-12s %.12s  %s%n",
                            p.name(), p.state(), p.id(), String.join(" ", p.functions())));
        }
        return ExitStatus.DONE.code();
    }

    private static String document(List<LoadedPatch> patches) {
        ObjectNode document =
                JsonReport.document("list", patches.isEmpty() ? "unchanged" : "changed");
        ArrayNode list = document.putArray("patches");
        for (LoadedPatch patch : patches) {
            ObjectNode node = list.addObject();
            node.put("name", patch.name()).put("sha256", patch.id()).put("state", patch.state());
            ArrayNode functions = node.putArray("functions");
            patch.functions().forEach(functions::add);
        }
        return JsonReport.text(document);
    }
}
