package suture.diff;

import org.jspecify.annotations.Nullable;

import suture.bytes.Bytes;
import suture.elf.ElfObject;
import suture.finding.Finding;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Both objects must come from the same compiler: their difference is that of the compilers
 * otherwise.
 */
final class ToolchainCheck {
    private ToolchainCheck() {}

    static List<Finding> check(ElfObject original, ElfObject patched) {
        List<Finding> findings = new ArrayList<>();
        Set<String> before = banners(original);
        Set<String> after = banners(patched);
        if (!before.isEmpty() && !after.isEmpty() && !before.equals(after)) {
            findings.add(
                    Finding.error(
                            "compiler-mismatch",
                            patched.file(),
                            ".comment",
                            "the original was compiled by "
                                    + before
                                    + ", the patched object by "
                                    + after,
                            "compile both with the compiler that made what is running"));
        }
        return findings;
    }

    private static Set<String> banners(ElfObject object) {
        Set<String> banners = new TreeSet<>();
        @Nullable Bytes comment = object.content(".comment");
        if (comment != null) {
            for (String banner : comment.text().split("\0", -1)) {
                if (!banner.isEmpty()) {
                    banners.add(banner);
                }
            }
        }
        return banners;
    }
}
