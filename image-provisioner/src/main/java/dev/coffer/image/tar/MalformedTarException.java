package dev.coffer.image.tar;

import java.io.IOException;

/** The stream is not a tar we accept. The message says why, and which entry where one was known. */
public final class MalformedTarException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedTarException(String message) {
        super(message);
    }
}
