package suture.cli;

import org.jspecify.annotations.Nullable;

import suture.build.debian.AptArchive;
import suture.build.debian.Archive;
import suture.build.debian.DebianKernels;
import suture.build.debian.DirectoryArchive;
import suture.build.debian.KernelRelease;
import suture.build.linux.StockKernel;
import suture.exec.JobPool;
import suture.exec.Progress;

import java.io.IOException;
import java.nio.file.Path;

/** Stock kernels out of the user's cache, fetched first if they are not in it. */
final class StockKernels {
    private StockKernels() {}

    /**
     * The prepared tree of a release.
     *
     * @param packages a folder to take the packages from; null to fetch them
     */
    static KernelBaseline baseline(String release, @Nullable Path packages, Progress progress)
            throws IOException {
        Path cache = DebianKernels.cacheOf(System.getenv());
        Archive archive =
                packages == null
                        ? new AptArchive(DebianKernels.packages(cache), progress)
                        : new DirectoryArchive(packages);
        DebianKernels kernels = new DebianKernels(cache, archive, JobPool.ofCores(), progress);
        StockKernel kernel = kernels.obtain(KernelRelease.parse(release));
        return KernelBaseline.of(kernel, kernels.open(kernel));
    }

    /** The kernel of a release, as {@code uname -r} names it. */
    static StockKernel obtain(String release) throws IOException {
        Path cache = DebianKernels.cacheOf(System.getenv());
        Progress progress = ProgressLine.onTerminal();
        AptArchive archive = new AptArchive(DebianKernels.packages(cache), progress);
        return new DebianKernels(cache, archive, JobPool.ofCores(), progress)
                .obtain(KernelRelease.parse(release));
    }
}
