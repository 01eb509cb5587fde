package suture.host;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A running thing that takes payloads. */
public interface Host {
    /** Loads a payload and waits until it is in force. */
    Outcome load(Path payload) throws IOException;

    /** What is loaded, in the order of the names. */
    List<LoadedPatch> list() throws IOException;

    /** Takes a payload out of force and waits until nothing runs in it; it stays loaded. */
    Outcome revert(String name) throws IOException;

    /** Removes a payload that is not in force. */
    Outcome unload(String name) throws IOException;
}
