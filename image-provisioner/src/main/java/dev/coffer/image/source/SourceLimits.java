package dev.coffer.image.source;

import dev.coffer.image.InvalidImageException;

/**
 * What the description of an image may be at most, wherever it is from. Messages name the flag that sets a limit.
 *
 * @param maxDocumentBytes {@code image_max_document}: of one manifest, index, configuration or other answer
 * @param maxLayers {@code image_max_layers}: of one image
 * @param foreignLayers {@code image_foreign_layers}: whether layers that are elsewhere than in the registry are taken
 */
public record SourceLimits(int maxDocumentBytes, int maxLayers, boolean foreignLayers) {
    public static final SourceLimits DEFAULT = new SourceLimits(8 << 20, 512, false);

    void requireDocument(long bytes, String what) throws InvalidImageException {
        if (bytes > maxDocumentBytes) {
            throw tooLong(what, bytes + " bytes");
        }
    }

    /** For a document that was not read to its end. */
    public InvalidImageException tooLong(String what) {
        return tooLong(what, "more than " + maxDocumentBytes + " bytes");
    }

    private InvalidImageException tooLong(String what, String size) {
        return new InvalidImageException(
                what + " has " + size + "; at most " + maxDocumentBytes + " are accepted (--image_max_document)");
    }

    void requireLayers(int count) throws InvalidImageException {
        if (count > maxLayers) {
            throw new InvalidImageException(
                    "the image has " + count + " layers; at most " + maxLayers + " are accepted (--image_max_layers)");
        }
    }
}
