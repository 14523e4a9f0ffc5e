package dev.coffer.linux.cgroup;

/** Reads one control file again and again. Thread-safe. */
@FunctionalInterface
public interface ControlFileReader extends AutoCloseable {
    /** The content now, not present if it cannot be read; valid as {@link ControlText} says. */
    ControlText read();

    /** Lets go of what it holds; it can still be read. */
    @Override
    default void close() {}
}
