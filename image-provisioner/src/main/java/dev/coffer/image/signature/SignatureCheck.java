package dev.coffer.image.signature;

import dev.coffer.container.Fault;
import dev.coffer.image.Descriptor;
import dev.coffer.image.Digest;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.Json;
import dev.coffer.image.Manifest;
import dev.coffer.image.registry.RegistryImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Looks for a signature of one manifest by one of some keys. */
final class SignatureCheck {
    private static final String PAYLOAD_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";
    private static final String ARTIFACT_TYPE = "application/vnd.dev.cosign.artifact.sig.v1+json";
    private static final String ANNOTATION = "dev.cosignproject.cosign/signature";
    private static final String CLAIM = "cosign container image signature";
    private static final int MAX_SIGNATURES = 100;
    private static final int MAX_PAYLOAD = 128 << 10;

    private final RegistryImage image;
    private final Digest manifest;
    private final SignaturePolicy.Rule rule;
    private int found;
    private int ofOthers;

    SignatureCheck(RegistryImage image, Digest manifest, SignaturePolicy.Rule rule) {
        this.image = image;
        this.manifest = manifest;
        this.rule = rule;
    }

    /**
     * Passes if there is one.
     *
     * @throws InvalidImageException saying what there is instead
     */
    void require() throws IOException {
        Optional<byte[]> byTag = image.findManifest(manifest.algorithmName() + "-" + manifest.hex() + ".sig");
        if (byTag.isPresent() && isSignedBy(byTag.get())) {
            return;
        }
        for (Descriptor referrer : referrers()) {
            if (isSignedBy(image.manifest(referrer))) {
                return;
            }
        }
        String keys = rule.keys().stream().map(PublicKeyFile::toString).collect(Collectors.joining(", "));
        String cause = found == 0
                ? "it is not signed"
                : ofOthers == found
                        ? "none of its " + found + " signatures is by such a key"
                        : "what such a key has signed is another image";
        throw new InvalidImageException(
                Fault.USER_SPEC,
                "manifest " + manifest + " must be signed by " + keys + " (--image_signatures, " + rule.name() + "): "
                        + cause + "; cosign sign does that");
    }

    private List<Descriptor> referrers() throws IOException {
        List<Descriptor> referrers = new ArrayList<>(image.referrers(manifest, ARTIFACT_TYPE));
        return referrers.subList(0, Math.min(referrers.size(), MAX_SIGNATURES));
    }

    private boolean isSignedBy(byte[] document) throws IOException {
        for (Descriptor layer : Manifest.parseArtifact(document).layers()) {
            String signature = layer.annotations().get(ANNOTATION);
            boolean candidate = signature != null && layer.mediaType().equals(PAYLOAD_TYPE);
            if (candidate && layer.size() <= MAX_PAYLOAD && found < MAX_SIGNATURES) {
                found++;
                byte[] payload = image.blob(layer);
                if (isByAKey(payload, String.valueOf(signature)) && isOfThisImage(payload)) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isByAKey(byte[] payload, String signature) {
        try {
            byte[] bytes = Base64.getDecoder().decode(signature);
            if (rule.keys().stream().anyMatch(key -> key.verifies(payload, bytes))) {
                return true;
            }
        } catch (IllegalArgumentException notBase64) {
            // by nobody
        }
        ofOthers++;
        return false;
    }

    /** The signature is genuine; only now is it worth reading what was signed. */
    private boolean isOfThisImage(byte[] payload) throws InvalidImageException {
        Json claim = Json.object("signed payload", payload)
                .object("critical")
                .orElseThrow(() -> new InvalidImageException("signed payload: critical is missing"));
        Optional<Json> signed = claim.object("image");
        return claim.text("type").orElse("").equals(CLAIM)
                && signed.isPresent()
                && signed.get().text("docker-manifest-digest").orElse("").equals(manifest.toString());
    }
}
