package dev.coffer.image;

import dev.coffer.container.Fault;
import java.io.IOException;

/**
 * An image, or what a registry said about it, is not acceptable. The message is a cause only: whoever knows the reference
 * puts {@code cannot pull image X:} before it.
 */
public final class InvalidImageException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Fault fault;

    /** The image itself or its server is to blame. */
    public InvalidImageException(String message) {
        this(Fault.REMOTE, message);
    }

    public InvalidImageException(Fault fault, String message) {
        super(message);
        this.fault = fault;
    }

    public InvalidImageException(String message, Throwable cause) {
        super(message, cause);
        this.fault = Fault.REMOTE;
    }

    public Fault fault() {
        return fault;
    }
}
