package dev.coffer.image.unpack;

import dev.coffer.image.Digest;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Layer;
import dev.coffer.image.ProgressListener;
import dev.coffer.image.tar.MalformedTarException;
import dev.coffer.image.tar.TarReader;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.fs.OpenDirectory;
import dev.coffer.linux.fs.PathBytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** Turns the blob of one layer into files, in one pass. Thread-safe; one call per layer. */
public final class LayerUnpacker {
    private final UnpackBudget budget;
    private final ProgressListener progress;

    /** Unpacks layers of one image. */
    public LayerUnpacker(UnpackBudget budget, ProgressListener progress) {
        this.budget = budget;
        this.progress = progress;
    }

    /**
     * Writes the layer below {@code target}, verifying both digests. If it throws, {@code target} holds rubbish that the
     * caller removes.
     *
     * @param blob is read to its end and stays the caller's
     */
    public UnpackedLayer unpack(InputStream blob, Layer layer, OpenDirectory target) throws IOException {
        MeteredInput stored = new MeteredInput(blob, algorithm(layer), (bytes, total) -> meterBlob(layer, total));
        try {
            return unpackVerified(stored, layer, target);
        } catch (IOException e) {
            String cause = layer.shortName() + ": " + symptomOrDigest(stored, layer, e);
            if (e instanceof InvalidImageException || e instanceof MalformedTarException || e instanceof EOFException) {
                throw new InvalidImageException(cause, e);
            }
            throw new IOException(cause, e);
        }
    }

    private UnpackedLayer unpackVerified(MeteredInput stored, Layer layer, OpenDirectory target) throws IOException {
        MeteredInput plain =
                new MeteredInput(Decompression.of(stored), layer.diffId().algorithm(), (bytes, total) -> {
                    budget.takeBytes(bytes);
                    budget.checkRatio(stored.count(), total);
                });
        List<PathBytes> implied;
        try (TreeWriter writer = new TreeWriter(target, budget)) {
            target.chmod(0755);
            writer.writeAll(new TarReader(plain));
            implied = writer.implied();
        }
        plain.drain();
        stored.drain();
        Optional<String> wrong = wrongDigest(stored, layer);
        if (wrong.isPresent()) {
            throw new InvalidImageException(wrong.get());
        }
        Digest diffId = plain.digest();
        if (!diffId.equals(layer.diffId())) {
            throw new InvalidImageException("the uncompressed content has digest " + diffId
                    + ", the image configuration says " + layer.diffId());
        }
        return new UnpackedLayer(plain.count(), implied);
    }

    private void meterBlob(Layer layer, long total) throws InvalidImageException {
        if (layer.digest().isPresent() && total > layer.size()) {
            throw new InvalidImageException("the blob has more than the " + layer.size() + " bytes it should have");
        }
        progress.progress(layer.blob(), total, layer.size());
    }

    /** A corrupt blob shows first as a broken tar or gzip; that its digest is wrong is the truth that helps. */
    private static String symptomOrDigest(MeteredInput stored, Layer layer, IOException symptom) {
        String message = String.valueOf(symptom.getMessage());
        if (stored.isBroken() || symptom.getCause() instanceof ErrnoException || symptom instanceof ErrnoException) {
            return message;
        }
        try {
            stored.drain();
        } catch (IOException unreadable) {
            symptom.addSuppressed(unreadable);
            return message;
        }
        return wrongDigest(stored, layer).orElse(message);
    }

    private static Optional<String> wrongDigest(MeteredInput stored, Layer layer) {
        Optional<Digest> expected = layer.digest();
        if (expected.isEmpty()) {
            return Optional.empty();
        }
        if (stored.count() != layer.size()) {
            return Optional.of(
                    "blob " + expected.get() + " should have " + layer.size() + " bytes, has " + stored.count());
        }
        Digest actual = stored.digest();
        return actual.equals(expected.get())
                ? Optional.empty()
                : Optional.of("blob " + expected.get() + " has another digest: " + actual
                        + "; it is corrupt or was tampered with");
    }

    private static Digest.Algorithm algorithm(Layer layer) {
        return layer.digest().map(Digest::algorithm).orElse(Digest.Algorithm.SHA256);
    }
}
