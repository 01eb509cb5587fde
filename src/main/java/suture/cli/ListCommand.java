package suture.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import suture.host.LoadedPatch;
import suture.report.JsonReport;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code suture list}: the payloads that what runs here holds. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists the live patches of the kernel that runs here.")
final class ListCommand implements Callable<Integer> {
    @Option(names = "--json", description = "print one JSON document")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        List<LoadedPatch> patches = Hosts.kernel().list();
        if (json) {
            System.out.println(document(patches));
            return ExitStatus.DONE.code();
        }
        if (patches.isEmpty()) {
            System.out.println("no live patch is loaded");
        }
        for (LoadedPatch patch : patches) {
            System.out.println(patch.name() + ": " + state(patch));
            patch.functions().forEach(function -> System.out.println("    " + function));
        }
        return ExitStatus.DONE.code();
    }

    private static String state(LoadedPatch patch) {
        return patch.inTransition()
                ? (patch.enabled() ? "going into force" : "going out of force")
                : (patch.enabled() ? "in force" : "reverted");
    }

    private static String document(List<LoadedPatch> patches) {
        ObjectNode document = JsonReport.document("list", "done");
        ArrayNode list = document.putArray("patches");
        for (LoadedPatch patch : patches) {
            ObjectNode node = list.addObject();
            node.put("name", patch.name()).put("state", state(patch));
            node.put("enabled", patch.enabled()).put("transition", patch.inTransition());
            ArrayNode functions = node.putArray("functions");
            patch.functions().forEach(functions::add);
        }
        return JsonReport.text(document);
    }
}
