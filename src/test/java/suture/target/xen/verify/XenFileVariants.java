package suture.target.xen.verify;

import suture.bytes.Bytes;
import suture.target.xen.verify.XenVariants.Use;
import suture.target.xen.verify.XenVariants.Variant;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Payloads whose file is edited: header, section table, relocations. */
final class XenFileVariants {
    private final Path scratch;
    private final List<Variant> all = new ArrayList<>();

    private XenFileVariants(Path scratch) {
        this.scratch = scratch;
    }

    static List<Variant> build(Path scratch) throws IOException {
        XenFileVariants variants = new XenFileVariants(scratch);
        variants.header();
        variants.sectionTable();
        variants.relocations();
        variants.notLoaded();
        return variants.all;
    }

    private void edited(String name, String rule, Use use, Bytes file) {
        all.add(new Variant(name, file, rule, use));
    }

    private void header() throws IOException {
        Bytes file = XenSource.of("header", XenSource.GOOD).build(scratch);
        edited("magic", "not-elf", Use.FULL, XenEdit.of(file).u8(0, 0x7e).done());
        edited("cut-header", "not-elf", Use.FULL, XenEdit.of(file).cut(63));
        edited("empty", "payload-size", Use.FULL, Bytes.EMPTY);
        edited("cut", "section-table", Use.FULL, XenEdit.of(file).cut(file.size() - 1));
        edited("class-32", "machine", Use.FULL, XenEdit.of(file).u8(4, 1).done());
        edited("big-endian", "machine", Use.FULL, XenEdit.of(file).u8(5, 2).done());
        edited("ident-version", "elf-header", Use.FULL, XenEdit.of(file).u8(6, 0).done());
        edited("abi-gnu", "elf-header", Use.FULL, XenEdit.of(file).u8(7, 3).done());
        edited("abi-freebsd", "", Use.FULL, XenEdit.of(file).u8(7, 9).done());
        edited("abi-version", "elf-header", Use.FULL, XenEdit.of(file).u8(8, 1).done());
        edited("linked", "elf-header", Use.FULL, XenEdit.of(file).u16(16, 2).done());
        edited("machine-386", "machine", Use.FULL, XenEdit.of(file).u16(18, 3).done());
        edited("version", "elf-header", Use.FULL, XenEdit.of(file).u32(20, 2).done());
        edited("program-headers", "elf-header", Use.FULL, XenEdit.of(file).u16(56, 1).done());
        edited("entry-size", "section-table", Use.FULL, XenEdit.of(file).u16(58, 63).done());
        edited("shnum-less", "section-table", Use.FULL, XenEdit.of(file).u16(60, 2).done());
        edited("names-none", "section-names", Use.FULL, XenEdit.of(file).u16(62, 0).done());
        edited("names-past", "section-table", Use.FULL, XenEdit.of(file).u16(62, 900).done());
        edited("names-wrong", "section-names", Use.FULL, XenEdit.of(file).u16(62, 1).done());
        edited(
                "table-past",
                "section-table",
                Use.FULL,
                XenEdit.of(file).u64(40, file.size()).done());
    }

    private void sectionTable() throws IOException {
        Bytes file = XenSource.of("table", XenSource.GOOD).build(scratch);
        String symbols = ".symtab";
        edited("offset-63", "section-place", Use.FULL, XenEdit.of(file).offset(".text", 63).done());
        edited(
                "offset-past",
                "section-place",
                Use.FULL,
                XenEdit.of(file).offset(".comment", file.size()).done());
        edited(
                "size-past",
                "section-place",
                Use.FULL,
                XenEdit.of(file).size(".comment", file.size()).done());
        edited(
                "align-3",
                "section-alignment",
                Use.FULL,
                XenEdit.of(file).alignment(".text", 3).done());
        edited("align-64", "", Use.FULL, XenEdit.of(file).alignment(".text", 64).done());
        edited(
                "address-1",
                "section-address",
                Use.FULL,
                XenEdit.of(file).address(".text", 1).done());
        edited("address-16", "", Use.FULL, XenEdit.of(file).address(".text", 16).done());
        edited("no-symbols", "symbol-table", Use.FULL, XenEdit.of(file).type(symbols, 1).done());
        edited(
                "two-symbol-tables",
                "symbol-table",
                Use.FULL,
                XenEdit.of(file).type(".comment", 2).done());
        edited(
                "symbols-link",
                "symbol-table",
                Use.FULL,
                XenEdit.of(file).link(symbols, 900).done());
        edited(
                "symbols-link-0",
                "symbol-names",
                Use.ALONE,
                XenEdit.of(file).link(symbols, 0).done());
        edited(
                "symbols-entry",
                "symbol-table",
                Use.FULL,
                XenEdit.of(file).entrySize(symbols, 16).done());
        edited(
                "symbols-odd",
                "symbol-table",
                Use.FULL,
                XenEdit.of(file).entrySize(symbols, 25).done());
        edited("symbols-none", "symbol-table", Use.FULL, XenEdit.of(file).size(symbols, 0).done());
        edited(
                "strings-type",
                "symbol-names",
                Use.FULL,
                XenEdit.of(file).type(".strtab", 1).done());
        XenEdit edit = XenEdit.of(file);
        edited(
                "strings-open",
                "symbol-names",
                Use.FULL,
                edit.u8(edit.content(".strtab"), 'x').done());
        edit = XenEdit.of(file);
        edited(
                "symbol-name",
                "symbol-names",
                Use.FULL,
                edit.u32(edit.symbol("fresh"), 90000).done());
        edited(
                "section-name",
                "section-names",
                Use.FULL,
                XenEdit.of(file).name(".text", 90000).done());
        edit = XenEdit.of(file);
        edited(
                "symbol-reserved",
                "symbol-section",
                Use.FULL,
                edit.u16(edit.symbol("fresh") + 6, 0xff20).done());
        edit = XenEdit.of(file);
        edited(
                "symbol-past",
                "symbol-section",
                Use.FULL,
                edit.u16(edit.symbol("fresh") + 6, 800).done());
        edit = XenEdit.of(file);
        edited(
                "symbol-common",
                "common-symbol",
                Use.FULL,
                edit.u16(edit.symbol("fresh") + 6, 0xfff2).done());
        edit = XenEdit.of(file);
        int comment =
                (edit.header(".comment") - (int) file.s64(40, java.nio.ByteOrder.LITTLE_ENDIAN))
                        / 64;
        edited(
                "symbol-not-loaded",
                "relocation-not-loaded",
                Use.FULL,
                edit.u16(edit.symbol("fresh") + 6, comment).done());
    }

    private void relocations() throws IOException {
        Bytes file =
                XenSource.of("relocations", "extern char far_away; " + XenSource.GOOD)
                        .build(scratch);
        String text = ".rela.text";
        String table = ".rela.livepatch.funcs";
        edited("rela-link", "relocation-symbols", Use.FULL, XenEdit.of(file).link(text, 1).done());
        edited(
                "rela-info-0",
                "relocation-target",
                Use.ALONE,
                XenEdit.of(file).info(text, 0).done());
        edited("rela-info-past", "", Use.UPLOAD, XenEdit.of(file).info(text, 900).done());
        edited(
                "rela-entry",
                "relocation-size",
                Use.FULL,
                XenEdit.of(file).entrySize(text, 16).done());
        edited(
                "rela-odd",
                "relocation-size",
                Use.FULL,
                XenEdit.of(file).entrySize(text, 25).done());
        edited("rela-rel", "relocation-form", Use.FULL, XenEdit.of(file).type(text, 9).done());
        edited("rela-none", "", Use.UPLOAD, XenEdit.of(file).size(text, 0).done());
        XenEdit edit = XenEdit.of(file);
        edited("rela-type-0", "", Use.UPLOAD, edit.u32(edit.content(text) + 8, 0).done());
        edit = XenEdit.of(file);
        edited(
                "rela-type-10",
                "relocation-type",
                Use.FULL,
                edit.u32(edit.content(text) + 8, 10).done());
        edit = XenEdit.of(file);
        edited(
                "rela-symbol-0",
                "relocation-symbol",
                Use.FULL,
                edit.u32(edit.content(text) + 12, 0).done());
        edit = XenEdit.of(file);
        edited(
                "rela-symbol-past",
                "relocation-symbol",
                Use.FULL,
                edit.u32(edit.content(text) + 12, 5000).done());
        edit = XenEdit.of(file);
        edited(
                "rela-offset",
                "relocation-outside",
                Use.FULL,
                edit.u64(edit.content(text), 5000).done());
        edit = XenEdit.of(file);
        edited(
                "rela-offset-end",
                "relocation-outside",
                Use.FULL,
                edit.u64(edit.content(table), 97).done());
        edit = XenEdit.of(file);
        edited(
                "rela-offset-negative",
                "relocation-outside",
                Use.FULL,
                edit.u64(edit.content(table), -4).done());
        edit = XenEdit.of(file);
        edited(
                "rela-far",
                "relocation-overflow",
                Use.FULL,
                edit.u64(edit.content(text) + 16, 1L << 40).done());
    }

    /** Sections that the loader looks up by name, without SHF_ALLOC: they are at address 0. */
    private void notLoaded() throws IOException {
        Bytes file =
                XenSource.of("not-loaded", XenVariants.modinfo("x=1\\\\0") + XenSource.GOOD)
                        .build(scratch);
        for (String section :
                List.of(
                        ".livepatch.funcs",
                        ".livepatch.depends",
                        ".livepatch.xen_depends",
                        ".note.gnu.build-id",
                        ".modinfo")) {
            edited(
                    "not-loaded" + section,
                    "section-not-loaded",
                    Use.ALONE,
                    XenEdit.of(file).flags(section, 0).done());
        }
    }
}
