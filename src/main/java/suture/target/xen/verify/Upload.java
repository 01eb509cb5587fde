package suture.target.xen.verify;

import static suture.target.xen.XenError.EEXIST;
import static suture.target.xen.XenError.EINVAL;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.Elf;
import suture.target.xen.verify.LinkRules.Link;
import suture.target.xen.verify.RawPayload.Mark;
import suture.target.xen.verify.RawPayload.Part;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** One upload, step by step as the loader does it (Xen {@code load_payload_data}). */
final class Upload {
    private static final int LONGEST_NAME = 127;

    private final String name;
    private final PayloadStack stack;
    private final Answers answers;

    Upload(String name, PayloadStack stack, Answers answers) {
        this.name = name;
        this.stack = stack;
        this.answers = answers;
    }

    /** The payload in its place; null if the loader does not take it. */
    @Nullable UploadedPayload load(Bytes file) {
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            answers.refuse(
                    EINVAL,
                    "payload-name",
                    name,
                    "a name has 1 to 127 bytes",
                    "upload it under another name");
            return null;
        }
        if (stack.payload(name) != null) {
            answers.refuse(
                    EEXIST,
                    "name-taken",
                    name,
                    "a payload of that name is loaded",
                    "unload it, or upload this one under another name");
            return null;
        }
        RawPayload raw = new FileRules(file, answers).check();
        if (raw == null) {
            return null;
        }
        Memory memory = new Memory(raw, stack.free(), answers);
        LinkRules links = new LinkRules(raw, memory, stack, answers);
        links.resolve();
        links.relocate();
        // An entry whose fields were not filled says nothing about the function.
        boolean linked = !answers.over();
        SectionRules sections = new SectionRules(raw, memory, answers);
        sections.present();
        List<ReplacedFunction> functions =
                linked ? new FunctionRules(raw, memory, stack, answers).check() : List.of();
        sections.hooks();
        Bytes id = sections.buildId();
        duplicate(id);
        Bytes depends = sections.depends();
        Bytes xenDepends = sections.xenDepends();
        sections.optional();
        hypervisor(xenDepends);
        Map<String, Long> symbols = linked ? symbols(raw, links, functions) : Map.of();
        new GuardRules(raw, memory, stack, answers).check(functions, links);
        if (answers.over() || id == null || depends == null || xenDepends == null) {
            return null;
        }
        return new UploadedPayload(
                name,
                id,
                depends,
                xenDepends,
                functions,
                symbols,
                uses(links),
                memory.isUnchanging(),
                sections.hasVeto(),
                memory);
    }

    private void hypervisor(@Nullable Bytes id) {
        if (id != null && !id.equals(stack.xen().buildId())) {
            answers.refuse(
                    EINVAL,
                    "other-hypervisor",
                    ".livepatch.xen_depends",
                    "it is for build-id "
                            + id.hex()
                            + ", and this one has "
                            + stack.xen().buildId().hex(),
                    "build it for this hypervisor");
        }
    }

    private void duplicate(@Nullable Bytes id) {
        UploadedPayload other = id == null ? null : stack.withId(id);
        if (other != null) {
            answers.refuse(
                    EEXIST,
                    "loaded-already",
                    ".note.gnu.build-id",
                    "a payload with the same build-id is loaded as " + other.name(),
                    "unload that one first");
        }
    }

    /** Every name that is in what is loaded, unless a function is replaced by it. */
    private Map<String, Long> symbols(
            RawPayload raw, LinkRules links, List<ReplacedFunction> functions) {
        Set<Long> replaced =
                functions.stream()
                        .map(ReplacedFunction::newAddress)
                        .collect(Collectors.toCollection(HashSet::new));
        Map<String, Long> all = new HashMap<>();
        for (Mark symbol : raw.symbols().subList(1, raw.symbols().size())) {
            Part part = raw.sectionOf(symbol);
            boolean counts =
                    part != null
                            && part.isLoaded()
                            && !symbol.name().isEmpty()
                            && !((part.flags() & Elf.SHF_MERGE) != 0
                                    && symbol.name().startsWith(".L"));
            long value = links.value(symbol);
            if (counts && !replaced.contains(value)) {
                if (stack.address(symbol.name()) != 0) {
                    answers.refuse(
                            EEXIST,
                            "name-collision",
                            symbol.name(),
                            "the hypervisor or a loaded payload has a symbol of that name",
                            "strip symbols nobody links to, or rename it");
                }
                all.putIfAbsent(symbol.name(), value);
            }
        }
        return all;
    }

    private Set<String> uses(LinkRules links) {
        Set<String> uses = new HashSet<>();
        for (Link link : links.links()) {
            if (link.symbol().section() == 0) {
                uses.addAll(stack.owners(link.symbol().name()));
            }
        }
        return uses;
    }
}
