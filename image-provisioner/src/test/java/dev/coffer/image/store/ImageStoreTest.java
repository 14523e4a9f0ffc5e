package dev.coffer.image.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    void keepsLayersFromOtherUsersOfTheHost() throws IOException {
        ImageStore store = ImageStore.open(directory.resolve("store"));

        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(store.layout().layers())))
                .isEqualTo("rwx------");
    }
}
