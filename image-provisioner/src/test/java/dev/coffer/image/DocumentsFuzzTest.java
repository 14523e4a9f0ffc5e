package dev.coffer.image;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Documents of a registry or an archive: any bytes are read, or refused with the one exception for it. */
class DocumentsFuzzTest {
    @FuzzTest
    void readsOrRefusesAManifest(byte[] document) {
        try {
            Manifest.isIndex("", document);
            Manifest.parse(document);
        } catch (InvalidImageException refused) {
            return;
        }
    }

    @FuzzTest
    void readsOrRefusesAnIndex(byte[] document) {
        try {
            ImageIndex.parse(document);
        } catch (InvalidImageException refused) {
            return;
        }
    }

    @FuzzTest
    void readsOrRefusesAConfiguration(byte[] document) {
        try {
            ImageConfiguration.parse(document);
        } catch (InvalidImageException refused) {
            return;
        }
    }

    /** What was understood is understood again in the form that the store knows it by. */
    @FuzzTest
    void readsOrRefusesAReference(byte[] text) {
        ImageReference reference;
        try {
            reference = ImageReference.parse(new String(text, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException refused) {
            return;
        }
        ImageReference again = ImageReference.parse(reference.toString());
        if (!again.equals(reference)) {
            throw new AssertionError(reference + " became " + again);
        }
    }

    @FuzzTest
    void readsOrRefusesADigest(byte[] text) {
        try {
            Digest.parse(new String(text, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException refused) {
            return;
        }
    }
}
