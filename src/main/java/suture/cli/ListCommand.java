package suture.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import suture.host.LoadedPatch;
import suture.host.process.ProcessHost;
import suture.report.JsonReport;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code suture list}: the payloads in what runs here. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description =
                "Lists the live patches of the kernel and hypervisor that run here, or of a"
                        + " process.")
final class ListCommand implements Callable<Integer> {
    @Mixin private WhereOptions where = new WhereOptions();

    /** A patch as it is shown; the id is empty where the kernel keeps none. */
    private record Entry(String name, String id, String state, List<String> functions) {}

    @Override
    public Integer call() throws IOException {
        List<Entry> patches = patches();
        if (where.json()) {
            System.out.println(document(patches));
            return ExitStatus.DONE.code();
        }
        if (patches.isEmpty()) {
            System.out.println("no live patch is loaded");
        }
        for (Entry patch : patches) {
            System.out.println(patch.name + ": " + patch.state);
            patch.functions.forEach(function -> System.out.println("    " + function));
        }
        return ExitStatus.DONE.code();
    }

    private List<Entry> patches() throws IOException {
        Integer pid = where.pid();
        if (pid == null) {
            return Hosts.loaded().stream()
                    .map(p -> new Entry(p.name(), "", state(p), p.functions()))
                    .toList();
        }
        return ProcessHost.list(pid).stream()
                .map(p -> new Entry(p.name(), p.id(), p.state(), p.functions()))
                .toList();
    }

    private static String state(LoadedPatch patch) {
        return patch.inTransition()
                ? (patch.enabled() ? "going into force" : "going out of force")
                : (patch.enabled() ? "in force" : "reverted");
    }

    private static String document(List<Entry> patches) {
        ObjectNode document = JsonReport.document("list", "done");
        ArrayNode list = document.putArray("patches");
        for (Entry patch : patches) {
            ObjectNode node = list.addObject();
            node.put("name", patch.name).put("sha256", patch.id).put("state", patch.state);
            ArrayNode functions = node.putArray("functions");
            patch.functions.forEach(functions::add);
        }
        return JsonReport.text(document);
    }
}
