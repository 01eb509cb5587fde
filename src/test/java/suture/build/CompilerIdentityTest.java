package suture.build;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import suture.build.CompilerIdentity.Mismatch;
import suture.elf.Tool;
import suture.finding.Finding;
import suture.finding.Severity;

import java.nio.file.Path;
import java.util.Optional;

class CompilerIdentityTest {
    private static final String DEBIAN = "gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0";

    @Test
    void aBannerNamesTheCompiler() {
        assertThat(
                        CompilerIdentity.ofBanner(
                                "Linux version 6.1.0-56-cloud-amd64"
                                        + " (debian-kernel@lists.debian.org) ("
                                        + DEBIAN
                                        + ", GNU ld (GNU Binutils for Debian) 2.40) #1 SMP"
                                        + " PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)\n"))
                .contains(new CompilerIdentity(DEBIAN));
        assertThat(CompilerIdentity.ofBanner("Xen 4.17")).isEmpty();
    }

    @Test
    void theLocalOneIsWhatItSaysItself() {
        String said = Tool.run(Path.of("."), "gcc-12", "--version");
        CompilerIdentity local = CompilerIdentity.local("gcc-12");
        assertThat(said).startsWith(local.line() + "\n");
        assertThat(local.program()).isEqualTo("gcc-12");
        assertThat(local.check(local, Mismatch.REFUSE)).isEmpty();
    }

    @Test
    void anotherOneIsRefusedWithTheVersionToInstall() {
        CompilerIdentity running = new CompilerIdentity(DEBIAN);
        CompilerIdentity other = new CompilerIdentity("gcc-12 (Debian 12.2.0-14) 12.2.0");
        Optional<Finding> refused = running.check(other, Mismatch.REFUSE);
        assertThat(refused.orElseThrow().rule()).isEqualTo("compiler-mismatch");
        assertThat(refused.orElseThrow().refuses()).isTrue();
        assertThat(refused.orElseThrow().remedy())
                .startsWith("apt-get install gcc-12=12.2.0-14+deb12u1; --allow-compiler-mismatch");
        assertThat(running.check(other, Mismatch.WARN).orElseThrow().severity())
                .isEqualTo(Severity.WARNING);
    }
}
