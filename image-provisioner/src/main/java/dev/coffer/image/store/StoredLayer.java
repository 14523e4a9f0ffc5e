package dev.coffer.image.store;

/**
 * One unpacked layer.
 *
 * @param name of its directory below {@link StoreLayout#layers}
 * @param diffId digest of its uncompressed tar
 * @param bytes of that tar
 */
public record StoredLayer(String name, String diffId, long bytes) {}
