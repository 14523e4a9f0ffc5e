package dev.coffer.image.pull;

import dev.coffer.image.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;

/** Tells without reading it whether a local image has changed since it was stored. */
final class LocalSource {
    /** A file changed again within its clock's resolution looks unchanged, so one this young is not trusted. */
    private static final long SETTLED_MILLIS = 2000;

    private LocalSource() {}

    /** The file whose change is a change of the image; empty for a registry. */
    static Optional<Path> decisiveFile(ImageReference reference) {
        if (reference instanceof ImageReference.OciDirectory directory) {
            return Optional.of(directory.path().resolve("index.json"));
        }
        if (reference instanceof ImageReference.OciArchive archive) {
            return Optional.of(archive.path());
        }
        if (reference instanceof ImageReference.DockerArchive archive) {
            return Optional.of(archive.path());
        }
        return Optional.empty();
    }

    /** Equal as long as the file is the same; empty if that cannot be said. */
    static String fingerprint(ImageReference reference, long nowMillis) {
        Optional<Path> file = decisiveFile(reference);
        if (file.isEmpty()) {
            return "";
        }
        try {
            Map<String, Object> status = Files.readAttributes(file.get(), "unix:dev,ino,size,lastModifiedTime,ctime");
            FileTime changed = (FileTime) status.get("ctime");
            if (changed == null || Math.abs(nowMillis - changed.toMillis()) < SETTLED_MILLIS) {
                return "";
            }
            return status.get("dev") + ":" + status.get("ino") + ":" + status.get("size") + ":"
                    + status.get("lastModifiedTime") + ":" + changed;
        } catch (IOException | UnsupportedOperationException e) {
            return ""; // whoever opens the image says what is wrong with it
        }
    }
}
