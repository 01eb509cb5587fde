package suture.cli;

import org.jspecify.annotations.Nullable;

import suture.build.debian.DebianHypervisors.ControlDomain;
import suture.bytes.Bytes;
import suture.elf.ElfReader;
import suture.target.xen.verify.PayloadTraits;
import suture.target.xen.verify.RunningXen;
import suture.trial.BootFiles;
import suture.trial.Dom0;
import suture.trial.Expectation;
import suture.trial.XenTrialPlan;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a trial of Xen does with the files it is given. */
final class XenPlans {
    private XenPlans() {}

    static XenTrialPlan of(
            List<Path> payloads,
            XenFiles xen,
            @Nullable Path exercise,
            Expectation expectation,
            Duration limit)
            throws IOException {
        List<XenTrialPlan.Payload> all = new ArrayList<>();
        Bytes id = RunningXen.read(xen.symbols()).buildId();
        for (Path payload : payloads) {
            PayloadTraits traits = PayloadTraits.of(ElfReader.read(payload));
            all.add(
                    new XenTrialPlan.Payload(
                            XenVerification.name(payload),
                            Bytes.map(payload),
                            traits.again(),
                            id.equals(traits.depends()) && !traits.veto()));
        }
        return new XenTrialPlan(xen.image(), all, exercise, expectation, limit);
    }

    /** The control domain of the stock hypervisor that a payload is for. */
    static Dom0 dom0(Path payload, List<Path> files) throws IOException {
        ControlDomain parts =
                StockHypervisors.hypervisors().controlDomain(StockHypervisors.of(payload));
        return new Dom0(BootFiles.in(parts.kernel()), parts.tools(), files);
    }
}
