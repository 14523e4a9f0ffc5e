package dev.coffer.image.store;

import java.util.Optional;
import java.util.OptionalLong;

/** The line that is kept of a layer: diff id, bytes of the tar, sum of the files or a dash. */
final class LayerRecord {
    private static final String NO_SUM = "-";

    private LayerRecord() {}

    static String format(ImageStore.Unpacked layer) {
        String sum = layer.sum().isPresent() ? Long.toHexString(layer.sum().getAsLong()) : NO_SUM;
        return layer.diffId() + " " + layer.bytes() + " " + sum + "\n";
    }

    /** Empty if it is not a whole record. */
    static Optional<StoredLayer> parse(String name, String text) {
        String[] fields = text.endsWith("\n") ? text.strip().split(" ", -1) : new String[0];
        if (fields.length != 2 && fields.length != 3) {
            return Optional.empty();
        }
        try {
            boolean summed = fields.length == 3 && !fields[2].equals(NO_SUM);
            OptionalLong sum = summed ? OptionalLong.of(Long.parseUnsignedLong(fields[2], 16)) : OptionalLong.empty();
            return Optional.of(new StoredLayer(name, fields[0], Long.parseLong(fields[1]), sum));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
