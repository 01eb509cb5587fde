package suture.build.linux;

import suture.build.Unit;
import suture.finding.Finding;

/** What to say about a unit that a live patch cannot reach and whose code changes. */
enum OutOfReach {
    ASSEMBLER("changed-assembler-unit", "is assembler, which has no functions to replace"),
    USER("changed-vdso", "is mapped into every process and cannot be replaced while they run"),
    BOOT("changed-boot-code", "runs only while the kernel starts or hands over to another"),
    UNKNOWN("changed-outside-image", "is not linked into the kernel or a module");

    private final String rule;
    private final String why;

    OutOfReach(String rule, String why) {
        this.rule = rule;
        this.why = why;
    }

    static OutOfReach of(Unit unit) {
        String object = '/' + unit.object();
        if (unit.reachable()) {
            return ASSEMBLER;
        }
        if (object.contains("/vdso/") || object.contains("/vdso32/")) {
            return USER;
        }
        boolean boot =
                object.contains("/boot/")
                        || object.contains("/libstub/")
                        || object.contains("/realmode/")
                        || object.contains("/purgatory/");
        return boot ? BOOT : UNKNOWN;
    }

    Finding finding(Unit unit) {
        String message = "the patch changes the code of " + unit.object() + ", which " + why;
        String remedy = "take the change out of the patch if the rest does not need it";
        return switch (this) {
            case BOOT ->
                    Finding.warning(
                            rule,
                            unit.source(),
                            "",
                            message,
                            "install a rebuilt kernel for this part; the live patch leaves it out");
            case ASSEMBLER, USER, UNKNOWN ->
                    Finding.error(rule, unit.source(), "", message, remedy);
        };
    }
}
