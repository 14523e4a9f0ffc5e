package dev.coffer.shim;

import dev.coffer.linux.Errno;
import java.io.IOException;

/** The launcher could not do one step of a plan. */
public final class StepFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int index;
    private final String step;
    private final int errno;

    StepFailedException(int index, String step, int errno) {
        super("launch step " + (index + 1) + ", " + step + ": " + Errno.describe(errno));
        this.index = index;
        this.step = step;
        this.errno = errno;
    }

    /** Position in the plan, from 0. */
    public int index() {
        return index;
    }

    /** The step's name, or that of an act of the launcher itself such as {@code clone}. */
    public String step() {
        return step;
    }

    public int errno() {
        return errno;
    }
}
