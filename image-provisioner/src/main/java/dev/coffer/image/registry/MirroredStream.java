package dev.coffer.image.registry;

import dev.coffer.image.Layer;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One layer from the first place that has it, going on at the next where one gives up. Confined to one thread. */
final class MirroredStream extends InputStream {
    private final List<RegistryClient> places;
    private final Layer layer;
    private long position;
    private int at;
    private @Nullable InputStream open;

    MirroredStream(List<RegistryClient> places, Layer layer, long from) {
        this.places = places;
        this.layer = layer;
        this.position = from;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        while (true) {
            try {
                InputStream in = open;
                if (in == null) {
                    in = places.get(at).open(layer, position);
                    open = in;
                }
                int count = in.read(target, offset, length);
                position += Math.max(count, 0);
                return count;
            } catch (IOException e) {
                close();
                if (at == places.size() - 1 || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                at++;
            }
        }
    }

    @Override
    public void close() throws IOException {
        InputStream in = open;
        open = null;
        if (in != null) {
            in.close();
        }
    }
}
