package dev.coffer.image;

import java.util.List;

/**
 * The media types of manifests; layers are told apart by their content.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/media-types.md">OCI media types</a>
 */
public final class MediaTypes {
    public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    public static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    public static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";

    /** What a registry may answer a request for a manifest with. */
    public static final List<String> ACCEPTED = List.of(OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_LIST);

    private MediaTypes() {}

    static boolean isIndex(String mediaType) {
        return mediaType.equals(OCI_INDEX) || mediaType.equals(DOCKER_LIST);
    }

    static boolean isManifest(String mediaType) {
        return mediaType.equals(OCI_MANIFEST) || mediaType.equals(DOCKER_MANIFEST);
    }

    static boolean isForeign(String mediaType) {
        return mediaType.contains(".foreign.") || mediaType.contains(".nondistributable.");
    }

    /** Tar layers, plain or compressed in a way {@code unpack} knows; encrypted ones, for instance, are not. */
    static boolean isLayer(String mediaType) {
        boolean tar = mediaType.startsWith("application/vnd.oci.image.layer.")
                || mediaType.startsWith("application/vnd.docker.image.rootfs.");
        return mediaType.isEmpty()
                || (tar
                        && (mediaType.endsWith(".tar")
                                || mediaType.endsWith(".tar+gzip")
                                || mediaType.endsWith(".tar.gzip")
                                || mediaType.endsWith(".tar+zstd")
                                || mediaType.endsWith(".tar.zstd")));
    }
}
