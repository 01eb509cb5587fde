package suture.target.xen.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.finding.Finding;
import suture.target.xen.verify.XenVariants.Use;
import suture.target.xen.verify.XenVariants.Variant;
import suture.trial.XenAction;
import suture.trial.XenStep;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What is predicted against what the stock hypervisor does, payload by payload. */
class XenLoaderTest {
    /** Said of every payload with writable data, whatever else it has. */
    private static final String DATA = "not-reappliable";

    @TempDir static Path scratch;

    private static List<Variant> variants = List.of();

    @BeforeAll
    static void build() throws IOException {
        variants = XenVariants.build(scratch);
    }

    @Test
    @Tag("kernel")
    void eachVariantBreaksItsRule() throws IOException {
        SoftAssertions all = new SoftAssertions();
        RunningXen xen = XenSource.xen();
        for (Variant variant : variants) {
            PayloadStack stack = new PayloadStack(xen);
            List<Finding> findings =
                    new ArrayList<>(stack.upload(variant.name(), variant.file()).findings());
            if (stack.payload(variant.name()) != null && variant.use() == Use.FULL) {
                findings.addAll(stack.apply(variant.name()).findings());
            }
            List<String> rules =
                    findings.stream()
                            .map(Finding::rule)
                            .filter(rule -> !rule.equals(DATA) || variant.rule().equals(DATA))
                            .distinct()
                            .toList();
            all.assertThat(rules.isEmpty() ? "" : rules.getFirst())
                    .as(variant.name() + " " + findings)
                    .isEqualTo(variant.rule());
        }
        all.assertAll();
    }

    @Test
    @Tag("emulator")
    void repliesAreThoseOfTheHypervisor() throws IOException {
        List<XenStep> steps = new ArrayList<>();
        for (Variant variant : variants) {
            if (variant.use() != Use.ALONE) {
                steps.add(XenStep.upload(variant.name(), variant.file()));
            }
            if (variant.use() == Use.FULL) {
                steps.add(XenStep.of(XenAction.APPLY, variant.name()));
                steps.add(XenStep.of(XenAction.REVERT, variant.name()));
            }
            if (variant.use() != Use.ALONE) {
                steps.add(XenStep.of(XenAction.UNLOAD, variant.name()));
            }
        }
        XenOracle.same(scratch, "variants", steps);
    }

    @Test
    @Tag("emulator")
    void crashesArePredicted() throws IOException {
        for (Variant variant : variants) {
            if (variant.use() == Use.ALONE) {
                XenOracle.same(
                        scratch,
                        variant.name(),
                        List.of(XenStep.upload(variant.name(), variant.file())));
            }
        }
        assertThat(variants).anyMatch(variant -> variant.use() == Use.ALONE);
    }
}
