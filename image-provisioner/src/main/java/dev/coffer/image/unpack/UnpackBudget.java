package dev.coffer.image.unpack;

import dev.coffer.image.InvalidImageException;
import java.util.concurrent.atomic.AtomicLong;

/** What is left of the limits, shared by the layers of one image. Thread-safe. */
public final class UnpackBudget {
    private static final long RATIO_IS_NOISE_BELOW = 64L << 20;

    private final UnpackLimits limits;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong entries = new AtomicLong();

    public UnpackBudget(UnpackLimits limits) {
        this.limits = limits;
    }

    void takeBytes(long count) throws InvalidImageException {
        if (bytes.addAndGet(count) > limits.maxBytes()) {
            throw new InvalidImageException("the image unpacks to more than " + limits.maxBytes() + " bytes");
        }
    }

    void takeEntry() throws InvalidImageException {
        if (entries.incrementAndGet() > limits.maxEntries()) {
            throw new InvalidImageException("the image has more than " + limits.maxEntries() + " files");
        }
    }

    void checkRatio(long compressed, long uncompressed) throws InvalidImageException {
        if (uncompressed > RATIO_IS_NOISE_BELOW && uncompressed / limits.maxRatio() > compressed) {
            throw new InvalidImageException(
                    "it unpacks to more than " + limits.maxRatio() + " times its size; that is no honest layer");
        }
    }
}
