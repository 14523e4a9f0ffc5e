package dev.coffer.image.unpack;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.TarBytes;
import dev.coffer.image.tar.MalformedTarException;
import dev.coffer.image.tar.TarEntry;
import dev.coffer.image.tar.TarReader;
import dev.coffer.linux.fs.PathBytes;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Layers as hostile as can be: an entry is understood, or the layer refused; no path that is let through leads out. */
class LayerFuzzTest {
    private static final int MAX_ENTRIES = 10_000;

    @FuzzTest
    void readsOrRefusesATar(byte[] tar) throws IOException {
        read(tar);
    }

    /** Checksums that a fuzzer would not find are put right. */
    @FuzzTest
    void readsOrRefusesATarWhoseHeadersAreSound(byte[] tar) throws IOException {
        byte[] sound = tar.clone();
        for (int at = 0; at + 512 <= sound.length; at += 512) {
            byte[] block = java.util.Arrays.copyOfRange(sound, at, at + 512);
            System.arraycopy(TarBytes.checked(block), 0, sound, at, 512);
        }
        read(sound);
    }

    @FuzzTest
    void readsOrRefusesPaxRecords(FuzzedDataProvider data) throws IOException {
        TarBytes tar = new TarBytes();
        char type = data.consumeBoolean() ? 'x' : 'g';
        byte[] size = data.consumeBytes(12);
        byte[] records = data.consumeRemainingAsBytes();
        tar.entry(type, "pax", "", 0644, records).file(new String(size, StandardCharsets.ISO_8859_1), "content");
        read(tar.toBytes());
    }

    @FuzzTest
    void letsNoPathOutOfTheTree(byte[] name) {
        guard(PathBytes.of(name));
    }

    private static void read(byte[] tar) throws IOException {
        try {
            TarReader reader = new TarReader(new ByteArrayInputStream(tar));
            byte[] buffer = new byte[1024];
            for (int i = 0; i < MAX_ENTRIES; i++) {
                Optional<TarEntry> entry = reader.next();
                if (entry.isEmpty()) {
                    return;
                }
                guard(entry.get().name());
                int count;
                do {
                    count = reader.read(buffer, 0, buffer.length);
                } while (count >= 0);
            }
        } catch (MalformedTarException | EOFException refused) {
            return;
        }
    }

    private static void guard(PathBytes name) {
        try {
            PathBytes path = EntryGuard.path(name);
            String text = new String(path.toBytes(), StandardCharsets.ISO_8859_1);
            if (text.startsWith("/") || ("/" + text + "/").contains("/../") || text.indexOf('\0') >= 0) {
                throw new AssertionError("let through: " + text);
            }
            if (Whiteouts.kindOf(name, path) == Whiteouts.Kind.HIDES_NAME) {
                String hidden = new String(Whiteouts.hidden(path.name()).toBytes(), StandardCharsets.ISO_8859_1);
                if (hidden.isEmpty() || hidden.equals(".") || hidden.equals("..") || hidden.contains("/")) {
                    throw new AssertionError("a whiteout of '" + hidden + "'");
                }
            }
        } catch (InvalidImageException refused) {
            return;
        }
    }
}
