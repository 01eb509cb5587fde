package suture.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import suture.elf.Tool;
import suture.finding.Finding;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What is made of the answers of {@code xen-livepatch}. The words and statuses are those of the
 * stock tool in a Debian dom0; a script says them, and keeps a payload's state in a file.
 */
class XenHostTest {
    @TempDir Path scratch;

    /** {@code apply} takes its answers from a file, one line for each try. */
    private static final String TOOL =
            """
            #!/bin/sh
            cd "$(dirname "$0")"
            echo "$*" >>calls
            entry() { printf '%-40s| %s    | \\n' fix "$1"; }
            case $1 in
            list)
                [ -e state ] || { echo 'Nothing to list'; exit 0; }
                echo ' ID                                     | status     | metadata'
                echo '----------------------------------------+------------+---------------'
                entry "$(cat state)"
                # What goes on is over when it is looked at again.
                [ ! -e then ] || mv then state ;;
            upload)
                [ ! -e refuse ] || { echo "Uploading $3... failed"; echo 'Error 22: Invalid argument' >&2; exit 1; }
                echo CHECKED >state ;;
            apply | revert)
                answer=$(sed -n 1p answers); sed -i 1d answers
                case $answer in
                done) [ $1 = apply ] && echo APPLIED >state || echo CHECKED >state ;;
                slow) echo 'CHECKED (11, Resource temporarily unavailable)' >state; echo APPLIED >then
                    echo "Operation didn't complete." >&2; exit 2 ;;
                busy) echo 'CHECKED (16, Device or resource busy)' >state
                    echo 'Error 16: Device or resource busy' >&2; exit 2 ;;
                below) echo 'Error 16: Device or resource busy' >&2; exit 2 ;;
                *) echo 'Error 22: Invalid argument' >&2; exit 1 ;;
                esac ;;
            unload) rm -f state ;;
            esac
            """;

    @BeforeEach
    void dom0() throws IOException {
        Path tool = Files.writeString(scratch.resolve("tool"), TOOL);
        Tool.run(scratch, "chmod", "+x", tool.toString());
        Files.createDirectories(scratch.resolve("dev/xen"));
        Files.writeString(scratch.resolve("dev/xen/privcmd"), "");
        Files.createDirectories(scratch.resolve("sys/hypervisor/properties"));
        buildId(0xaa, 0xbb);
        Tool.compile(
                scratch,
                "gcc",
                "asm(\".section .livepatch.xen_depends,\\\"a\\\",@note\\n.long 4, 2, 3\\n.asciz"
                        + " \\\"GNU\\\"\\n.byte 0xaa, 0xbb, 0, 0\");",
                "fix.livepatch");
    }

    /** As Linux shows it: the bytes themselves. */
    private void buildId(int... id) throws IOException {
        byte[] bytes = new byte[id.length];
        for (int i = 0; i < id.length; i++) {
            bytes[i] = (byte) id[i];
        }
        Files.write(scratch.resolve("sys/hypervisor/properties/buildid"), bytes);
    }

    private XenHost host() {
        return new XenHost(scratch, scratch.resolve("tool"), Duration.ofSeconds(1));
    }

    private Outcome load(String... answers) throws IOException {
        Files.write(scratch.resolve("answers"), List.of(answers));
        return host().load(scratch.resolve("fix.livepatch"));
    }

    private long calls(String verb) throws IOException {
        return Files.readAllLines(scratch.resolve("calls")).stream()
                .filter(line -> line.startsWith(verb + " "))
                .count();
    }

    @Test
    void loadUploadsAndApplies() throws IOException {
        assertThat(load("done").findings()).isEmpty();
        assertThat(host().list()).containsExactly(new LoadedPatch("fix", true, false, List.of()));
        assertThat(load("done").findings())
                .extracting(Finding::rule)
                .containsExactly("loaded-already");
    }

    @Test
    void whatGoesOnIsWaitedForAndNotTriedAgain() throws IOException {
        assertThat(load("slow").findings()).isEmpty();
        assertThat(calls("apply")).isEqualTo(1);
    }

    @Test
    void aMissedMeetingIsTriedAgain() throws IOException {
        assertThat(load("busy", "busy", "done").findings()).isEmpty();
        assertThat(calls("apply")).isEqualTo(3);
    }

    @Test
    void triesEnd() throws IOException {
        String[] answers = new String[200];
        java.util.Arrays.fill(answers, "busy");
        assertThat(load(answers).findings())
                .extracting(Finding::rule)
                .containsExactly("never-idle");
        assertThat(host().list()).isEmpty();
    }

    @Test
    void aRefusalIsFinalAndLeavesNothing() throws IOException {
        Outcome outcome = load("refused");
        assertThat(outcome.findings()).extracting(Finding::rule).containsExactly("apply-refused");
        assertThat(outcome.findings().getFirst().message()).contains("-EINVAL");
        assertThat(calls("apply")).isEqualTo(1);
        assertThat(host().list()).isEmpty();
        Files.writeString(scratch.resolve("refuse"), "");
        assertThat(load().findings()).extracting(Finding::rule).containsExactly("upload-refused");
    }

    @Test
    void aPayloadBelowAnotherIsNotTriedAgain() throws IOException {
        load("done", "below");
        Outcome outcome = host().revert("fix");
        assertThat(outcome.findings()).extracting(Finding::rule).containsExactly("revert-refused");
        assertThat(outcome.findings().getFirst().remedy()).contains("on top");
        assertThat(calls("revert")).isEqualTo(1);
    }

    @Test
    void aBuildIdIsShownUpToItsFirstZero() throws IOException {
        buildId(0xaa);
        assertThat(load("done").findings())
                .extracting(Finding::rule)
                .containsExactly("other-hypervisor");
        Tool.compile(
                scratch,
                "gcc",
                "asm(\".section .livepatch.xen_depends,\\\"a\\\",@note\\n.long 4, 4, 3\\n.asciz"
                        + " \\\"GNU\\\"\\n.byte 0xaa, 0, 0xcc, 0xdd\");",
                "fix.livepatch");
        assertThat(load("done").findings()).isEmpty();
    }

    @Test
    void revertAndUnload() throws IOException {
        load("done", "done");
        assertThat(host().unload("fix").findings())
                .extracting(Finding::rule)
                .containsExactly("in-force");
        assertThat(host().revert("fix").findings()).isEmpty();
        assertThat(host().unload("fix").findings()).isEmpty();
        assertThat(host().unload("fix").findings())
                .extracting(Finding::rule)
                .containsExactly("no-such-patch");
    }

    @Test
    void nothingIsTouchedForAnotherHypervisor() throws IOException {
        buildId(0xaa, 0xcc);
        assertThat(load("done").findings())
                .extracting(Finding::rule)
                .containsExactly("other-hypervisor");
        assertThat(scratch.resolve("calls")).doesNotExist();
        Files.delete(scratch.resolve("dev/xen/privcmd"));
        assertThat(load("done").findings())
                .extracting(Finding::rule)
                .containsExactly("no-control-domain");
        assertThat(host().list()).isEmpty();
        assertThat(scratch.resolve("calls")).doesNotExist();
    }
}
