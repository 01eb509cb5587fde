# A C unit of `functions` functions, each with a string, a static variable, a call of a neighbour and a
# branch; `changed` of them have another constant.
BEGIN {
    print "extern int out(const char *, int); extern int ext(int);"
    for (i = 0; i < functions; i++) printf "int f%d(int);\n", i
    for (i = 0; i < functions; i++) {
        other = (i < changed) ? 7 : 5
        printf "static int state%d = %d;\n", i, i
        printf "int f%d(int x) { if (x > %d) state%d += ext(x * %d); out(\"unit %d of many: %%d\\n\", x); return f%d(x + state%d); }\n", i, i % 90, i, other, i, (i * 7 + 1) % functions, i
    }
}
