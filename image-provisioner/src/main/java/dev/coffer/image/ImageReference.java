package dev.coffer.image;

import java.nio.file.Path;
import java.util.Optional;

/** Where an image comes from, as the user wrote it. Its text is the normal form, equal for equal images. */
public sealed interface ImageReference {
    /**
     * An image in a registry; at least one of tag and digest is present.
     *
     * @param host with its port if one was given
     */
    record Registry(String host, String repository, Optional<String> tag, Optional<Digest> digest)
            implements ImageReference {
        @Override
        public String toString() {
            return host + "/" + repository
                    + tag.map(t -> ":" + t).orElse("")
                    + digest.map(d -> "@" + d).orElse("");
        }
    }

    /** A directory in OCI layout; without a tag it must hold one image. */
    record OciDirectory(Path path, Optional<String> tag) implements ImageReference {
        @Override
        public String toString() {
            return "oci:" + path + tag.map(t -> ":" + t).orElse("");
        }
    }

    /** An OCI layout in a tar file. */
    record OciArchive(Path path) implements ImageReference {
        @Override
        public String toString() {
            return "oci-archive:" + path;
        }
    }

    /** What {@code docker save} writes; without a name it must hold one image. */
    record DockerArchive(Path path, Optional<String> name) implements ImageReference {
        @Override
        public String toString() {
            return "docker-archive:" + path + name.map(n -> ":" + n).orElse("");
        }
    }

    /**
     * Reads {@code [host[:port]/]repo[:tag][@digest]}, {@code oci:PATH[:tag]}, {@code oci-archive:FILE} or {@code
     * docker-archive:FILE[:ref]}; what ends in {@code .tar} is all file. Relative paths are those of the process.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static ImageReference parse(String text) {
        return parse(text, DefaultRegistry.DOCKER_HUB);
    }

    /**
     * As {@link #parse(String)}, with another place for names without a registry.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static ImageReference parse(String text, DefaultRegistry otherwise) {
        return ReferenceParser.parse(text, otherwise);
    }
}
