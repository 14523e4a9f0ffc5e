package dev.coffer.image;

import java.util.Optional;

/**
 * One layer as a source offers it.
 *
 * @param blob names the stored form at its source: a digest, or a path in an archive
 * @param digest of the stored form; a docker archive does not say it
 * @param size of the stored form in bytes
 * @param diffId digest of the uncompressed tar
 */
public record Layer(String blob, Optional<Digest> digest, long size, Digest diffId) {
    /** Short enough for a message, long enough to find it. */
    public String shortName() {
        return "layer " + diffId.algorithmName() + ":" + diffId.hex().substring(0, 12);
    }
}
