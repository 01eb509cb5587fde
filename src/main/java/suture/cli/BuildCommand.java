package suture.cli;

import picocli.CommandLine.Command;

/** {@code suture build}: the main job, by target. */
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        description = "Builds a live patch from a source patch.")
final class BuildCommand {}
