package suture.dwarf;

/** Size in bytes of a named structure, union or class in one compile unit. */
public record StructSize(String name, long size, CompileUnit unit) {}
