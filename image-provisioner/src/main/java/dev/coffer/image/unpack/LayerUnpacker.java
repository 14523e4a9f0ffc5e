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
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

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
     * @param blob is read to its end; closed early if the layer cannot be unpacked or this thread is interrupted
     */
    public UnpackedLayer unpack(InputStream blob, Layer layer, OpenDirectory target) throws IOException {
        try (RunningDigest stored = new RunningDigest(algorithm(layer));
                RunningDigest plain = new RunningDigest(layer.diffId().algorithm());
                LayerPipe pipe = new LayerPipe(blob, stored, new LayerMeter(layer, stored, plain))) {
            try {
                return unpackVerified(pipe, new Digests(layer, stored, plain), target);
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                String cause = layer.shortName() + ": " + symptomOrDigest(pipe, stored, layer, e);
                if (e instanceof InvalidImageException
                        || e instanceof MalformedTarException
                        || e instanceof EOFException) {
                    throw new InvalidImageException(cause, e);
                }
                throw new IOException(cause, e);
            }
        }
    }

    private record Digests(Layer layer, RunningDigest stored, RunningDigest plain) {}

    private UnpackedLayer unpackVerified(LayerPipe pipe, Digests digests, OpenDirectory target) throws IOException {
        List<PathBytes> implied;
        OptionalLong sum;
        target.chmod(0755);
        try (TreeWriter writer = new TreeWriter(target, budget)) {
            writer.writeAll(new TarReader(pipe));
            implied = writer.implied();
            sum = writer.sum();
        }
        pipe.drain();
        Layer layer = digests.layer();
        Optional<String> wrong = wrongDigest(digests.stored(), layer);
        if (wrong.isPresent()) {
            throw new InvalidImageException(wrong.get());
        }
        Digest diffId = digests.plain().finish();
        if (!diffId.equals(layer.diffId())) {
            throw new InvalidImageException("the uncompressed content has digest " + diffId
                    + ", the image configuration says " + layer.diffId());
        }
        return new UnpackedLayer(digests.plain().count(), implied, sum);
    }

    /** Counts, hashes and limits what passes. */
    private final class LayerMeter implements LayerPipe.Meter {
        private final Layer layer;
        private final RunningDigest stored;
        private final RunningDigest plain;

        LayerMeter(Layer layer, RunningDigest stored, RunningDigest plain) {
            this.layer = layer;
            this.stored = stored;
            this.plain = plain;
        }

        @Override
        public void stored(long total) throws InvalidImageException {
            if (layer.digest().isPresent() && total > layer.size()) {
                throw new InvalidImageException("the blob has more than the " + layer.size() + " bytes it should have");
            }
            progress.progress(layer.blob(), total, layer.size());
        }

        @Override
        public void plain(ByteBuffer bytes) throws IOException {
            plain.update(bytes);
            budget.takeBytes(bytes.remaining());
            budget.checkRatio(stored.count(), plain.count());
        }
    }

    /** A corrupt blob shows first as a broken tar or gzip; that its digest is wrong is the truth that helps. */
    private static String symptomOrDigest(LayerPipe pipe, RunningDigest stored, Layer layer, IOException symptom) {
        String message = String.valueOf(symptom.getMessage());
        if (symptom.getCause() instanceof ErrnoException || symptom instanceof ErrnoException) {
            return message;
        }
        pipe.readOnlyStored();
        return pipe.isSourceBroken() ? message : wrongDigest(stored, layer).orElse(message);
    }

    private static Optional<String> wrongDigest(RunningDigest stored, Layer layer) {
        Optional<Digest> expected = layer.digest();
        if (expected.isEmpty()) {
            return Optional.empty();
        }
        if (stored.count() != layer.size()) {
            return Optional.of(
                    "blob " + expected.get() + " should have " + layer.size() + " bytes, has " + stored.count());
        }
        Digest actual = stored.finish();
        return actual.equals(expected.get())
                ? Optional.empty()
                : Optional.of("blob " + expected.get() + " has another digest: " + actual
                        + "; it is corrupt or was tampered with");
    }

    private static Digest.Algorithm algorithm(Layer layer) {
        return layer.digest().map(Digest::algorithm).orElse(Digest.Algorithm.SHA256);
    }
}
