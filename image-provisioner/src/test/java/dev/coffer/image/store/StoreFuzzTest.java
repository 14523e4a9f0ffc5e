package dev.coffer.image.store;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Records of the store after a crash or a fault of the disk: one that is not whole counts as absent. */
class StoreFuzzTest {
    @FuzzTest
    void readsOrPassesOverTheRecordOfAnImage(byte[] content) {
        Optional<StoredImage> image = ImageRecord.parse(new String(content, StandardCharsets.UTF_8));
        if (image.isPresent()
                && !ImageRecord.parse(ImageRecord.format(image.get())).equals(image)) {
            throw new AssertionError(image);
        }
    }

    @FuzzTest
    void readsAnyListOfPaths(byte[] content) {
        PathList.parse(content);
    }
}
