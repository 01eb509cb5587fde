package suture.target.xen.verify;

import suture.target.xen.XenError;

/** What the hypervisor does when it is asked for something. */
public sealed interface Reply {
    /** It does it. */
    record Done() implements Reply {
        @Override
        public String toString() {
            return "0";
        }
    }

    /** It answers with an error. */
    record Refused(XenError error) implements Reply {
        @Override
        public String toString() {
            return "-" + error;
        }
    }

    /** It takes the whole machine down. */
    record Crash() implements Reply {
        @Override
        public String toString() {
            return "crash";
        }
    }
}
