package dev.coffer.image;

/** Is told how far a pull has got. Called from several threads. */
@FunctionalInterface
public interface ProgressListener {
    ProgressListener SILENT = (blob, done, total) -> {};

    /**
     * Bytes of one layer arrived.
     *
     * @param blob names the layer, the same in each call for it
     * @param done bytes so far, of the layer as it is stored at the source
     * @param total 0 if it is not known
     */
    void progress(String blob, long done, long total);
}
