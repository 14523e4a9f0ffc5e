package dev.coffer.image.registry;

import dev.coffer.image.Descriptor;
import dev.coffer.image.Digest;
import dev.coffer.image.ImageIndex;
import dev.coffer.image.ImageReference;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Layer;
import dev.coffer.image.MediaTypes;
import dev.coffer.image.Platform;
import dev.coffer.image.credentials.CredentialSource;
import dev.coffer.image.source.ManifestWalk;
import dev.coffer.image.source.ResolvedImage;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.client5.http.DnsResolver;

/** One image in one registry or one mirror of it. Thread-safe. */
final class RegistryClient implements RegistryImage {
    private static final Map<String, String> MANIFEST_HEADERS =
            Map.of("Accept", String.join(", ", MediaTypes.ACCEPTED));
    private static final Map<String, String> INDEX_HEADERS = Map.of("Accept", MediaTypes.OCI_INDEX);
    private static final int MAX_REFERRER_PAGES = 20;

    private final ImageReference.Registry reference;
    private final RegistryAddress address;
    private final RegistrySettings settings;
    private final HttpTransport transport;
    private final RegistryRequests requests;

    RegistryClient(
            ImageReference.Registry reference,
            RegistryAddress address,
            RegistrySettings settings,
            CredentialSource credentials,
            TokenCache tokens,
            DnsResolver names) {
        this.reference = reference;
        this.settings = settings;
        this.address = address;
        this.transport = new HttpTransport(settings, address, names);
        this.requests = new RegistryRequests(
                transport, address, new TokenSource(transport, address, reference.repository(), credentials, tokens));
    }

    String host() {
        return address.host();
    }

    @Override
    public ResolvedImage resolve(Platform platform) throws IOException {
        String wanted =
                reference.digest().map(Digest::toString).or(reference::tag).orElseThrow();
        Document document = requests.retrying(() -> manifest(wanted));
        Digest digest = verifiedDigest(document);
        return new ManifestWalk(new RegistryDocuments(), platform, settings.limits())
                .from(document.content, document.type, digest);
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
            return document(response);
        }
    }

    private static Document document(HttpResponse response) throws IOException {
        byte[] content = response.document("the manifest");
        String announced = response.word("Docker-Content-Digest");
        return new Document(
                content,
                response.word("Content-Type"),
                announced.isEmpty() ? Optional.empty() : Optional.of(announced));
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
        return open(layer, 0);
    }

    @Override
    public InputStream open(Layer layer, long from) {
        return new BlobStream(requests, address.blob(reference.repository(), layer.blob()), layer.size(), from);
    }

    @Override
    public Optional<byte[]> findManifest(String tag) throws IOException {
        return requests.retrying(() -> {
            Optional<HttpResponse> found =
                    requests.find(address.manifest(reference.repository(), tag), MANIFEST_HEADERS);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            try (HttpResponse response = found.get()) {
                return Optional.of(document(response).content);
            }
        });
    }

    @Override
    public byte[] blob(Descriptor descriptor) throws IOException {
        return requests.retrying(() -> {
            URI uri = address.blob(reference.repository(), descriptor.digest().toString());
            try (HttpResponse response = requests.get(uri, Map.of())) {
                return ManifestWalk.verified(descriptor, response.document("blob " + descriptor.digest()));
            }
        });
    }

    @Override
    public byte[] manifest(Descriptor descriptor) throws IOException {
        return ManifestWalk.verified(
                descriptor, requests.retrying(() -> manifest(descriptor.digest().toString()).content));
    }

    @Override
    public List<Descriptor> referrers(Digest subject, String artifactType) throws IOException {
        List<Descriptor> all = new ArrayList<>();
        Optional<URI> page = Optional.of(address.referrers(reference.repository(), subject.toString()));
        for (int i = 0; page.isPresent(); i++) {
            if (i == MAX_REFERRER_PAGES) {
                throw new InvalidImageException(
                        subject + " has more than " + MAX_REFERRER_PAGES + " pages of referrers");
            }
            URI uri = page.get();
            Optional<Page> answer = requests.retrying(() -> page(uri));
            if (answer.isEmpty()) {
                return byTag(subject, artifactType);
            }
            all.addAll(answer.get().manifests);
            page = answer.get().next;
        }
        return all.stream().filter(d -> d.isOfType(artifactType)).toList();
    }

    /** One page of a list of referrers. */
    private static final class Page {
        private final List<Descriptor> manifests;
        private final Optional<URI> next;

        Page(List<Descriptor> manifests, Optional<URI> next) {
            this.manifests = manifests;
            this.next = next;
        }
    }

    private Optional<Page> page(URI uri) throws IOException {
        Optional<HttpResponse> found = requests.find(uri, INDEX_HEADERS);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try (HttpResponse response = found.get()) {
            ImageIndex index = ImageIndex.parse(response.document("the list of referrers"));
            return Optional.of(new Page(index.manifests(), next(uri, response.header("Link"))));
        }
    }

    private Optional<URI> next(URI uri, Optional<String> link) throws InvalidImageException {
        String text = link.orElse("");
        int end = text.indexOf('>');
        if (!text.startsWith("<") || end < 0 || !text.contains("next")) {
            return Optional.empty();
        }
        try {
            URI next = uri.resolve(text.substring(1, end));
            if (address.isOrigin(next)) {
                return Optional.of(next);
            }
        } catch (IllegalArgumentException noAddress) {
            // as bad as another place
        }
        throw new InvalidImageException(uri.getAuthority() + " continues its list of referrers elsewhere");
    }

    /** For registries older than the API. */
    private List<Descriptor> byTag(Digest subject, String artifactType) throws IOException {
        Optional<byte[]> index = findManifest(subject.algorithmName() + "-" + subject.hex());
        return index.isEmpty()
                ? List.of()
                : ImageIndex.parse(index.get()).manifests().stream()
                        .filter(d -> d.isOfType(artifactType))
                        .toList();
    }

    @Override
    public void close() throws IOException {
        transport.close();
    }

    private final class RegistryDocuments implements ManifestWalk.Documents {
        @Override
        public byte[] manifest(Descriptor descriptor) throws IOException {
            return RegistryClient.this.manifest(descriptor);
        }

        @Override
        public byte[] config(Descriptor descriptor) throws IOException {
            return blob(descriptor);
        }
    }
}
