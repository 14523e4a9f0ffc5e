package dev.coffer.container;

/** Whose problem a failure is; decides whether a retry can help. */
public enum Fault {
    /** The request is wrong; the same request will fail again. */
    USER_SPEC,
    /** The host lacks a feature or a setting; an operator must act. */
    HOST_SETUP,
    /** The host is out of something (memory, disk, pids); may pass. */
    HOST_RESOURCES,
    /** A registry, engine or driver answered wrongly or not at all; may pass. */
    REMOTE,
    /** A defect of Coffer or a change made behind its back. */
    INTERNAL
}
