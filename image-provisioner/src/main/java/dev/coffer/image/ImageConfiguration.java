package dev.coffer.image;

import dev.coffer.container.Fault;
import dev.coffer.container.ImageConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The configuration of an image: what it runs on, which layers it is made of, what it starts.
 *
 * @param created as the builder wrote it
 * @param diffIds digests of the uncompressed layers, oldest first
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/config.md">OCI image configuration</a>
 */
public record ImageConfiguration(
        Platform platform, Optional<String> created, List<Digest> diffIds, ImageConfig runtime) {
    public ImageConfiguration {
        diffIds = List.copyOf(diffIds);
    }

    public static ImageConfiguration parse(byte[] document) throws InvalidImageException {
        Json json = Json.object("image configuration", document);
        List<Digest> diffIds = new ArrayList<>();
        Optional<Json> rootfs = json.object("rootfs");
        if (rootfs.isPresent()) {
            for (String diffId : rootfs.get().texts("diff_ids")) {
                diffIds.add(Json.asDigest("image configuration: rootfs.diff_ids", diffId));
            }
        }
        Optional<Json> config = json.object("config");
        return new ImageConfiguration(
                Platform.from(json),
                json.text("created"),
                diffIds,
                config.isEmpty() ? ImageConfig.EMPTY : runtime(config.get()));
    }

    private static ImageConfig runtime(Json config) throws InvalidImageException {
        return new ImageConfig(
                config.texts("Entrypoint"),
                config.texts("Cmd"),
                config.texts("Env"),
                config.text("WorkingDir").filter(text -> !text.isEmpty()),
                config.text("User").filter(text -> !text.isEmpty()),
                config.text("StopSignal").filter(text -> !text.isEmpty()));
    }

    /** Refuses an image for another machine; one that does not say is taken. */
    public void requireRunsOn(Platform host) throws InvalidImageException {
        boolean unsaid = platform.os().isEmpty() && platform.architecture().isEmpty();
        if (!unsaid && !host.runs(platform)) {
            throw new InvalidImageException(Fault.USER_SPEC, "the image is for " + platform + ", this host is " + host);
        }
    }
}
