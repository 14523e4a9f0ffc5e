package dev.coffer.image.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where everything of the image store is.
 *
 * <pre>
 * &lt;store&gt;/
 *   staging/&lt;random&gt;/tree      a layer being unpacked; the directory is locked by the process that does it
 *   layers/&lt;name&gt;/             an unpacked layer in overlay form, never changed again
 *   layers/&lt;name&gt;.digest       what is known of that layer, written before the layer gets its name
 *   layers/&lt;name&gt;.implied      directories that layer does not describe, if there are any
 *   layers/empty/              the layer of an image that has none
 *   quarantine/&lt;name&gt;.&lt;n&gt;     a layer whose files are not what was written; the next prune removes it
 *   images/&lt;reference&gt;         one small text file per image, written last
 * </pre>
 *
 * <p>A layer's name is a prefix of its diff id, short so that 200 of them fit into one page of mount options.
 */
public record StoreLayout(Path root) {
    /** Overlayfs takes more, but one page of mount options takes these and paths of the usual length. */
    public static final int MAX_LAYERS = 200;

    static final String EMPTY_LAYER = "empty";
    static final String DIGEST_SUFFIX = ".digest";
    static final String TREE = "tree";

    private static final int MAX_FILE_NAME = 200;

    public Path staging() {
        return root.resolve("staging");
    }

    public Path layers() {
        return root.resolve("layers");
    }

    public Path images() {
        return root.resolve("images");
    }

    /** Layers that turned out to be damaged, for whoever wants to know how. */
    public Path quarantine() {
        return root.resolve("quarantine");
    }

    public Path layer(String name) {
        return layers().resolve(name);
    }

    /** Name of a layer that has nothing, for images that have no layer. */
    public String emptyLayer() {
        return EMPTY_LAYER;
    }

    Path digestFile(String name) {
        return layers().resolve(name + DIGEST_SUFFIX);
    }

    Path impliedFile(String name) {
        return layers().resolve(name + ".implied");
    }

    /** The file keeps the whole reference, so two that should ever share a name are told apart. */
    Path record(String reference) {
        StringBuilder name = new StringBuilder();
        for (byte b : reference.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '_'
                    || (c == '.' && !name.isEmpty());
            if (plain) {
                name.append(c);
            } else {
                name.append('%').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            }
        }
        if (name.length() > MAX_FILE_NAME) {
            String hash = Long.toHexString(fnv1a(reference));
            name.setLength(MAX_FILE_NAME - 17);
            name.append('~').append(hash);
        }
        return images().resolve(name.toString());
    }

    private static long fnv1a(String text) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }
}
