package dev.coffer.image.source;

import dev.coffer.container.Fault;
import dev.coffer.image.Descriptor;
import dev.coffer.image.Digest;
import dev.coffer.image.ImageIndex;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Layer;
import dev.coffer.image.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An image in an OCI layout, a directory or a tar of one.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">OCI image layout</a>
 */
public final class OciLayout implements ImageSource {
    private static final String INDEX = "index.json";

    private final FileTree files;
    private final Optional<String> tag;
    private final SourceLimits limits;

    private OciLayout(FileTree files, Optional<String> tag, SourceLimits limits) {
        this.files = files;
        this.tag = tag;
        this.limits = limits;
    }

    public static OciLayout directory(Path path, Optional<String> tag, SourceLimits limits) throws IOException {
        return new OciLayout(FileTree.ofDirectory(path), tag, limits);
    }

    public static OciLayout archive(Path path, SourceLimits limits) throws IOException {
        return new OciLayout(new TarFile(path), Optional.empty(), limits);
    }

    @Override
    public ResolvedImage resolve(Platform platform) throws IOException {
        if (!files.exists(INDEX)) {
            throw new InvalidImageException(Fault.USER_SPEC, "it is not an OCI layout: '" + INDEX + "' is missing");
        }
        byte[] document = files.read(INDEX, limits.maxDocumentBytes());
        Descriptor image = choose(ImageIndex.parse(document), platform);
        return new ManifestWalk(new LayoutDocuments(), platform, limits).from(image);
    }

    private Descriptor choose(ImageIndex index, Platform platform) throws InvalidImageException {
        List<Descriptor> matching = index.manifests().stream()
                .filter(d -> tag.isEmpty() || tag.get().equals(d.annotations().get(ImageIndex.REF_NAME)))
                .toList();
        String names = index.manifests().stream()
                .map(d -> d.annotations().getOrDefault(ImageIndex.REF_NAME, "(unnamed)"))
                .distinct()
                .collect(Collectors.joining(", "));
        if (matching.isEmpty()) {
            String wanted = tag.isPresent() ? "no image named '" + tag.get() + "'" : "no image";
            throw new InvalidImageException(
                    Fault.USER_SPEC, "the layout has " + wanted + "; it has " + (names.isEmpty() ? "none" : names));
        }
        boolean onePerPlatform = matching.stream()
                        .map(d -> d.annotations().getOrDefault(ImageIndex.REF_NAME, ""))
                        .distinct()
                        .count()
                == 1;
        if (!onePerPlatform) {
            throw new InvalidImageException(
                    Fault.USER_SPEC, "the layout has several images; name one of them after a colon: " + names);
        }
        return matching.size() == 1 ? matching.get(0) : new ImageIndex(matching).choose(platform);
    }

    @Override
    public InputStream open(Layer layer) throws IOException {
        Digest digest = layer.digest().orElseThrow();
        try {
            return files.open(blobName(digest));
        } catch (NoSuchFileException e) {
            throw new InvalidImageException("blob " + digest + " is missing from the layout", e);
        }
    }

    private static String blobName(Digest digest) {
        return "blobs/" + digest.algorithmName() + "/" + digest.hex();
    }

    @Override
    public void close() throws IOException {
        files.close();
    }

    private final class LayoutDocuments implements ManifestWalk.Documents {
        @Override
        public byte[] manifest(Descriptor descriptor) throws IOException {
            return files.read(blobName(descriptor.digest()), limits.maxDocumentBytes());
        }

        @Override
        public byte[] config(Descriptor descriptor) throws IOException {
            return files.read(blobName(descriptor.digest()), limits.maxDocumentBytes());
        }
    }
}
