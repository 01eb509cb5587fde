package suture.target.xen.verify;

import org.jspecify.annotations.Nullable;

import suture.finding.Finding;
import suture.target.xen.XenError;

import java.util.ArrayList;
import java.util.List;

/**
 * What is wrong with a payload, in the order in which the loader looks at it: the first thing that
 * the loader itself objects to gives its reply. Later objections are collected all the same.
 */
final class Answers {
    private final String subject;
    private final List<Finding> findings = new ArrayList<>();
    private @Nullable Reply first;

    Answers(String subject) {
        this.subject = subject;
    }

    /** The loader answers with an error. */
    void refuse(XenError error, String rule, String place, String message, String remedy) {
        reply(new Reply.Refused(error));
        error(rule, place, "the hypervisor answers -" + error + ": " + message, remedy);
    }

    /** The loader follows a pointer into nothing. */
    void crash(String rule, String place, String message, String remedy) {
        reply(new Reply.Crash());
        error(rule, place, "the hypervisor crashes: " + message, remedy);
    }

    /** The loader lets it through and should not. */
    void error(String rule, String place, String message, String remedy) {
        findings.add(Finding.error(rule, subject, place, message, remedy));
    }

    void warn(String rule, String place, String message, String remedy) {
        findings.add(Finding.warning(rule, subject, place, message, remedy));
    }

    void note(String rule, String place, String message) {
        findings.add(Finding.note(rule, subject, place, message));
    }

    /** Whether the loader has already given its answer. */
    boolean over() {
        return first != null;
    }

    Reply reply() {
        return first == null ? new Reply.Done() : first;
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }

    private void reply(Reply reply) {
        if (first == null) {
            first = reply;
        }
    }
}
