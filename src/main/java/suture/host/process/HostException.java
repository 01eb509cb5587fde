package suture.host.process;

import java.io.IOException;
import java.io.Serial;

/** An operation on a process that cannot be done; the message is one line that says why. */
public final class HostException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    HostException(String message) {
        super(message);
    }
}
