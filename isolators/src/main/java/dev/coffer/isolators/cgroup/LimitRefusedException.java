package dev.coffer.isolators.cgroup;

import java.io.Serial;

/** A limit cannot be changed without harm to the task; the message says why, and what still holds. */
final class LimitRefusedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    LimitRefusedException(String message) {
        super(message);
    }
}
