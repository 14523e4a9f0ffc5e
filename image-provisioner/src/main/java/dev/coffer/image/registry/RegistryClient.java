package dev.coffer.image.registry;

import dev.coffer.container.Fault;
import dev.coffer.image.Descriptor;
import dev.coffer.image.Digest;
import dev.coffer.image.ImageReference;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Layer;
import dev.coffer.image.MediaTypes;
import dev.coffer.image.Platform;
import dev.coffer.image.source.ImageSource;
import dev.coffer.image.source.ManifestWalk;
import dev.coffer.image.source.ResolvedImage;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;

/** One image in a registry. Thread-safe. */
public final class RegistryClient implements ImageSource {
    private static final Map<String, String> MANIFEST_HEADERS =
            Map.of("Accept", String.join(", ", MediaTypes.ACCEPTED));

    private final ImageReference.Registry reference;
    private final RegistryAddress address;
    private final RegistrySettings settings;
    private final HttpTransport transport;
    private final RegistryRequests requests;

    public RegistryClient(ImageReference.Registry reference, RegistrySettings settings) {
        this.reference = reference;
        this.settings = settings;
        this.address = RegistryAddress.of(reference.host(), settings);
        this.transport = new HttpTransport(settings, address.isPlain());
        this.requests = new RegistryRequests(transport, new TokenSource(transport, reference.repository()), settings);
    }

    @Override
    public ResolvedImage resolve(Platform platform) throws IOException {
        String wanted =
                reference.digest().map(Digest::toString).or(reference::tag).orElseThrow();
        Document document = requests.retrying(() -> manifest(wanted));
        Digest digest = verifiedDigest(document);
        return new ManifestWalk(new RegistryDocuments(), platform).from(document.content, document.type, digest);
    }

    /** A manifest as the registry sent it. */
    private static final class Document {
        private final byte[] content;
        private final String type;
        private final Optional<String> announcedDigest;

        Document(byte[] content, String type, Optional<String> announcedDigest) {
            this.content = content;
            this.type = type;
            this.announcedDigest = announcedDigest;
        }
    }

    private Document manifest(String wanted) throws IOException {
        try (HttpResponse response = requests.get(address.manifest(reference.repository(), wanted), MANIFEST_HEADERS)) {
            byte[] content = read(response, ManifestWalk.MAX_MANIFEST_BYTES, "manifest");
            return new Document(content, header(response, "Content-Type"), digestHeader(response));
        }
    }

    private static Optional<String> digestHeader(HttpResponse response) {
        String value = header(response, "Docker-Content-Digest");
        return value.isEmpty() ? Optional.empty() : Optional.of(value);
    }

    /** What the user pinned must match; what the registry says about itself must at least be consistent. */
    private Digest verifiedDigest(Document document) throws InvalidImageException {
        if (reference.digest().isPresent()) {
            Digest pinned = reference.digest().get();
            if (!pinned.matches(document.content)) {
                throw new InvalidImageException("manifest " + pinned + " has another digest: "
                        + Digest.of(document.content) + "; it is corrupt or was tampered with");
            }
            return pinned;
        }
        Digest actual = Digest.of(document.content);
        Optional<String> announced = document.announcedDigest.filter(text -> text.startsWith("sha256:"));
        if (announced.isPresent() && !announced.get().equals(actual.toString())) {
            throw new InvalidImageException(
                    "the registry announces manifest " + announced.get() + " and sends " + actual);
        }
        return actual;
    }

    @Override
    public InputStream open(Layer layer) {
        return new BlobStream(requests, address.blob(reference.repository(), layer.blob()), layer.size(), settings);
    }

    private static byte[] read(HttpResponse response, int maxBytes, String what) throws IOException {
        long length = response.bodyLength();
        byte[] content = length > maxBytes ? new byte[0] : response.body().readNBytes(maxBytes + 1);
        if (length > maxBytes || content.length > maxBytes) {
            throw new InvalidImageException("the " + what + " has more than " + maxBytes + " bytes");
        }
        return content;
    }

    private static String header(HttpResponse response, String name) {
        String value = response.header(name).orElse("");
        int parameters = value.indexOf(';');
        return (parameters < 0 ? value : value.substring(0, parameters)).trim();
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }

    private final class RegistryDocuments implements ManifestWalk.Documents {
        @Override
        public byte[] manifest(Descriptor descriptor) throws IOException {
            return requests.retrying(
                    () -> RegistryClient.this.manifest(descriptor.digest().toString()).content);
        }

        @Override
        public byte[] config(Descriptor descriptor) throws IOException {
            return requests.retrying(() -> {
                String digest = descriptor.digest().toString();
                try (HttpResponse response = requests.get(address.blob(reference.repository(), digest), Map.of())) {
                    return read(response, ManifestWalk.MAX_CONFIG_BYTES, "image configuration");
                }
            });
        }
    }

    /** A source for a registry reference only. */
    public static ImageSource open(ImageReference reference, RegistrySettings settings) throws IOException {
        if (reference instanceof ImageReference.Registry registry) {
            return new RegistryClient(registry, settings);
        }
        throw new InvalidImageException(Fault.INTERNAL, reference + " is not in a registry");
    }
}
