package suture.build.slice;

import suture.bytes.FormatException;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads clang's {@code -ast-dump=json} of one translation unit (LLVM 16 {@code
 * clang/lib/AST/JSONNodeDumper.cpp}) as a stream: the tree of a kernel unit has some hundred
 * megabytes.
 *
 * <pre>
 *   node   { "id": "0x...", "kind": "...", "range": { "begin": { "offset": n }, "end": { ... } },
 *            "name", "type": { "qualType", "desugaredQualType" }, "storageClass", "inline", "init",
 *            "referencedDecl": node, "referencedMemberDecl": "0x...", "argType",
 *            "inner": [ node ... ] }
 * </pre>
 *
 * A node's own fields stand before {@code inner}. A declaration the compiler made itself has an
 * empty range.
 */
final class SyntaxReader {
    private static final Pattern VALUE =
            Pattern.compile("(?:(?:const|volatile) )*(?:struct|union) (\\w+)(?: ?\\[\\d*\\])*");
    private static final Pattern POINTER =
            Pattern.compile("(?:(?:const|volatile) )*(?:struct|union) (\\w+) \\*");

    private final JsonParser json;
    private final List<Declaration> declarations = new ArrayList<>();

    private SyntaxReader(JsonParser json) {
        this.json = json;
    }

    /**
     * All declarations at file scope in the order of the tree.
     *
     * @param file the text's name, for messages
     * @throws FormatException if it is no such document
     */
    static List<Declaration> read(String file, InputStream tree) {
        StreamReadConstraints limits =
                StreamReadConstraints.builder()
                        .maxNestingDepth(100_000)
                        .maxDocumentLength(-1)
                        .maxTokenCount(-1)
                        .build();
        JsonFactory factory =
                JsonFactory.builder()
                        .streamReadConstraints(limits)
                        .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
                        .build();
        try (JsonParser json = factory.createParser(ObjectReadContext.empty(), tree)) {
            SyntaxReader reader = new SyntaxReader(json);
            reader.unit();
            return reader.declarations;
        } catch (JacksonException e) {
            throw new FormatException(
                    file, "syntax tree", -1, "clang's JSON", String.valueOf(e.getMessage()));
        }
    }

    private void unit() {
        json.nextToken();
        for (JsonToken at = json.nextToken();
                at != null && at != JsonToken.END_OBJECT;
                at = json.nextToken()) {
            String field = json.currentName();
            json.nextToken();
            if (field.equals("inner")) {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    DeclarationBuilder builder = new DeclarationBuilder();
                    node(builder, 0);
                    declarations.addAll(builder.build());
                }
            } else {
                json.skipChildren();
            }
        }
    }

    /** What is known of a node before its children come. */
    private static final class Node {
        private long id;
        private String kind = "";
        private String name = "";
        private String type = "";
        private String bare = "";
        private String opcode = "";
        private boolean expression;
        private boolean complete;
        private boolean isStatic;
        private int begin = -1;
        private int end = -1;
    }

    /** Reads the object that the parser stands at. */
    private void node(DeclarationBuilder builder, int depth) {
        Node node = new Node();
        boolean noted = false;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            if (field.equals("inner")) {
                note(node, builder, depth);
                noted = true;
                children(builder, depth);
            } else {
                field(field, node, builder, depth);
            }
        }
        if (!noted) {
            note(node, builder, depth);
        }
    }

    private void children(DeclarationBuilder builder, int depth) {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            node(builder, depth + 1);
        }
    }

    private void field(String field, Node node, DeclarationBuilder builder, int depth) {
        switch (field) {
            case "id" -> node.id = number(json.getString());
            case "kind" -> node.kind = json.getString();
            case "name" -> node.name = json.getString();
            case "opcode" -> node.opcode = json.getString();
            case "valueCategory" -> node.expression = true;
            case "completeDefinition" -> node.complete = true;
            case "storageClass" -> {
                node.isStatic = json.getString().equals("static");
                if (depth == 0) {
                    builder.linkage = json.getString();
                }
            }
            case "inline" -> builder.inline |= depth == 0;
            case "init" -> builder.initialised |= depth == 0;
            case "range" -> range(node);
            case "type" -> type(node);
            case "argType" -> {
                Node argument = new Node();
                type(argument);
                value(argument, builder);
            }
            case "referencedMemberDecl" -> builder.references.add(number(json.getString()));
            case "referencedDecl" -> reference(builder);
            default -> json.skipChildren();
        }
    }

    private void range(Node node) {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            boolean begin = json.currentName().equals("begin");
            json.nextToken();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                boolean offset = json.currentName().equals("offset");
                json.nextToken();
                if (offset && begin) {
                    node.begin = json.getIntValue();
                } else if (offset) {
                    node.end = json.getIntValue();
                } else {
                    json.skipChildren();
                }
            }
        }
    }

    private void type(Node node) {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "qualType" -> node.type = json.getString();
                case "desugaredQualType" -> node.bare = json.getString();
                default -> json.skipChildren();
            }
        }
    }

    private void reference(DeclarationBuilder builder) {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            boolean id = json.currentName().equals("id");
            json.nextToken();
            if (id) {
                builder.references.add(number(json.getString()));
            } else {
                json.skipChildren();
            }
        }
    }

    private static long number(String text) {
        return Long.parseUnsignedLong(text.substring(2), 16);
    }

    /** Keeps what matters of a node: the declaration itself, or something inside of it. */
    private static void note(Node node, DeclarationBuilder builder, int depth) {
        if (depth == 0) {
            builder.id = node.id;
            builder.kind = kind(node.kind);
            builder.name = node.name;
            builder.begin = node.begin;
            builder.end = node.end;
            builder.type = node.type;
        } else if (depth == 1 && node.kind.equals("CompoundStmt")) {
            builder.body = node.begin;
        }
        inner(node, builder, depth);
        if (node.expression) {
            value(node, builder);
        }
    }

    private static void inner(Node node, DeclarationBuilder builder, int depth) {
        switch (node.kind) {
            case "RecordDecl" -> {
                builder.owned.add(node.id);
                if (node.complete && !node.name.isEmpty()) {
                    builder.tags.add(node.name);
                }
            }
            case "EnumDecl" -> {
                builder.owned.add(node.id);
                builder.enumeration = node.name;
            }
            case "FieldDecl", "IndirectFieldDecl" -> builder.owned.add(node.id);
            case "EnumConstantDecl" -> {
                builder.owned.add(node.id);
                builder.enumerators.add(node.name);
                if (!builder.enumeration.isEmpty()) {
                    builder.tags.add(builder.enumeration);
                }
            }
            case "VarDecl" -> {
                if (depth > 0 && node.isStatic && !node.type.startsWith("const ")) {
                    builder.statics.add(node.name);
                }
            }
            default -> {}
        }
    }

    /** The structure whose value, or distance between two of it, an expression is about. */
    private static void value(Node node, DeclarationBuilder builder) {
        boolean arithmetic = !node.opcode.isEmpty() && "+-+=-=++--".contains(node.opcode);
        for (String type : List.of(node.type, node.bare)) {
            Matcher value = VALUE.matcher(type);
            Matcher pointer = POINTER.matcher(type);
            if (value.matches()) {
                builder.values.add(value.group(1));
            } else if (arithmetic && pointer.matches()) {
                builder.values.add(pointer.group(1));
            }
        }
    }

    private static Declaration.Kind kind(String node) {
        return switch (node) {
            case "FunctionDecl" -> Declaration.Kind.FUNCTION;
            case "VarDecl" -> Declaration.Kind.VARIABLE;
            case "TypedefDecl" -> Declaration.Kind.TYPEDEF;
            case "RecordDecl", "EnumDecl" -> Declaration.Kind.TAG;
            case "FileScopeAsmDecl" -> Declaration.Kind.ASSEMBLER;
            default -> Declaration.Kind.OTHER;
        };
    }
}
