package suture.target.xen.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.build.debian.AptArchive;
import suture.build.debian.DebianHypervisors;
import suture.build.debian.DebianHypervisors.ControlDomain;
import suture.build.debian.DebianHypervisors.Hypervisor;
import suture.build.debian.DebianKernels;
import suture.bytes.Bytes;
import suture.bytes.FormatException;
import suture.exec.Progress;
import suture.trial.BootFiles;
import suture.trial.Dom0;
import suture.trial.Expectation;
import suture.trial.Step;
import suture.trial.TrialReport;
import suture.trial.TrialReport.Outcome;
import suture.trial.XenTrial;
import suture.trial.XenTrialPlan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The stock hypervisor with a Debian control domain and the stock {@code xen-livepatch}. */
@Tag("emulator")
class Dom0TrialTest {
    @TempDir Path scratch;

    @Test
    void theStockToolDoesTheSame() throws IOException {
        Path cache = DebianKernels.cacheOf(System.getenv());
        DebianHypervisors debian =
                new DebianHypervisors(
                        cache,
                        new AptArchive(DebianKernels.packages(cache), Progress.SILENT),
                        Progress.SILENT);
        assertThatThrownBy(() -> debian.ofBuild("00"))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("xen-hypervisor-4.17-amd64");
        String id = XenSource.xen().buildId().hex();
        Hypervisor hypervisor = debian.ofBuild(id);
        assertThat(RunningXen.read(hypervisor.symbols()).buildId().hex()).isEqualTo(id);
        ControlDomain parts = debian.controlDomain(hypervisor);
        Dom0 dom0 = new Dom0(BootFiles.in(parts.kernel()), parts.tools(), List.of());

        TrialReport good = run(hypervisor, dom0, "good", XenSource.GOOD);
        assertThat(good.findings()).isEmpty();
        assertThat(good.outcome()).isEqualTo(Outcome.PASSED);
        assertThat(good.facts()).containsEntry("build-id", id);
        assertThat(good.steps())
                .filteredOn(step -> step.title().equals("observe during"))
                .singleElement()
                .extracting(Step::output)
                .isEqualTo(List.of("version 4.17", "extraversion +OK"));

        TrialReport bad =
                run(hypervisor, dom0, "bad", "FN(\"+N\") LIST(E(.name = \"no_such_one\"))");
        assertThat(bad.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(bad.refusals())
                .singleElement()
                .satisfies(refusal -> {
                    assertThat(refusal.errno()).isEqualTo("ENOENT");
                    assertThat(refusal.log().toString()).contains("no_such_one");
                });
    }

    private TrialReport run(Hypervisor hypervisor, Dom0 dom0, String name, String body)
            throws IOException {
        Bytes file = XenSource.of(name, body).build(scratch);
        XenTrialPlan plan =
                new XenTrialPlan(
                        hypervisor.image(),
                        List.of(new XenTrialPlan.Payload(name, file, true, true)),
                        null,
                        Expectation.WORKS,
                        Duration.ofSeconds(300));
        return XenTrial.run(plan, dom0, Files.createTempDirectory(scratch, "run"), Progress.SILENT);
    }
}
