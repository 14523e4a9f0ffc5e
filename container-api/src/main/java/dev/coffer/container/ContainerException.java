package dev.coffer.container;

import org.jspecify.annotations.Nullable;

/**
 * A stage of a container's life failed. The message is one line an operator can act on:
 * {@code cannot <verb> <noun> <operand>: cause; hint}.
 */
public abstract sealed class ContainerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Fault fault;

    private ContainerException(Fault fault, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.fault = fault;
    }

    public final Fault fault() {
        return fault;
    }

    /** The image could not be found, fetched, verified or unpacked. */
    public static final class ImageException extends ContainerException {
        private static final long serialVersionUID = 1L;

        public ImageException(Fault fault, String message) {
            super(fault, message, null);
        }

        public ImageException(Fault fault, String message, Throwable cause) {
            super(fault, message, cause);
        }
    }

    /** An isolator could not set up, read or remove its part. */
    public static final class IsolationException extends ContainerException {
        private static final long serialVersionUID = 1L;

        public IsolationException(Fault fault, String message) {
            super(fault, message, null);
        }

        public IsolationException(Fault fault, String message, Throwable cause) {
            super(fault, message, cause);
        }
    }

    /** The launcher could not start the task. */
    public static final class LaunchException extends ContainerException {
        private static final long serialVersionUID = 1L;

        private final int shellStatus;

        /**
         * A launch that failed with a status of its own.
         *
         * @param shellStatus 126 if the command cannot be executed, 127 if it was not found, 125 otherwise, as docker run
         */
        public LaunchException(Fault fault, String message, int shellStatus) {
            super(fault, message, null);
            this.shellStatus = shellStatus;
        }

        public LaunchException(Fault fault, String message, Throwable cause) {
            super(fault, message, cause);
            this.shellStatus = 125;
        }

        public int shellStatus() {
            return shellStatus;
        }
    }

    /** Something of the container could not be removed; it stays known and is retried. */
    public static final class TeardownException extends ContainerException {
        private static final long serialVersionUID = 1L;

        public TeardownException(String message) {
            super(Fault.INTERNAL, message, null);
        }
    }
}
