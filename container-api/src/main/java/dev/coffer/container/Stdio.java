package dev.coffer.container;

/** Where the task's standard streams go. */
public sealed interface Stdio {
    /** Nothing to read; {@code stdout} and {@code stderr} are appended to files of these names in the sandbox. */
    record SandboxFiles() implements Stdio {}

    /**
     * The calling process's own streams.
     *
     * @param stdin whether standard input is passed too, or is empty
     */
    record Inherit(boolean stdin) implements Stdio {}

    /** A pseudo-terminal of the container's own devpts; its master is handed to the caller of launch. */
    record Terminal(int rows, int columns) implements Stdio {}
}
