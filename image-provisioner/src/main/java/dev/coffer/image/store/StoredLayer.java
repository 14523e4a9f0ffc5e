package dev.coffer.image.store;

import java.util.OptionalLong;

/**
 * One unpacked layer.
 *
 * @param name of its directory below {@link StoreLayout#layers}
 * @param diffId digest of its uncompressed tar
 * @param bytes of that tar
 * @param sum of its files, if it was known when it was stored
 */
public record StoredLayer(String name, String diffId, long bytes, OptionalLong sum) {}
