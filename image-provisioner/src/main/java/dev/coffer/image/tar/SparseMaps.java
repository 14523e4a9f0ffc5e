package dev.coffer.image.tar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The four ways in which GNU tar writes the map of a sparse file.
 *
 * @see <a href="https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html">storing sparse files</a>
 */
final class SparseMaps {
    private static final int MAX_EXTENTS = 1 << 20;

    private SparseMaps() {}

    /** Extents from a flat list of offsets and lengths. */
    static List<TarEntry.Extent> pairs(List<Long> numbers) throws MalformedTarException {
        if (numbers.size() % 2 != 0 || numbers.size() / 2 > MAX_EXTENTS) {
            throw new MalformedTarException("sparse map is incomplete or too long");
        }
        List<TarEntry.Extent> extents = new ArrayList<>(numbers.size() / 2);
        for (int i = 0; i < numbers.size(); i += 2) {
            extents.add(new TarEntry.Extent(numbers.get(i), numbers.get(i + 1)));
        }
        return extents;
    }

    /** Format 0.1: {@code offset,length,offset,length...}. */
    static List<TarEntry.Extent> commaSeparated(String map) throws MalformedTarException {
        List<Long> numbers = new ArrayList<>();
        int from = 0;
        while (from < map.length()) {
            int comma = map.indexOf(',', from);
            int to = comma < 0 ? map.length() : comma;
            byte[] digits = map.substring(from, to).getBytes(StandardCharsets.ISO_8859_1);
            numbers.add(PaxRecords.parseNumber("GNU.sparse.map", digits));
            from = to + 1;
        }
        return pairs(numbers);
    }

    /** Entries of a GNU header or of an extension block, up to the first that is not used. */
    static void gnuEntries(TarHeader block, int at, int count, List<Long> numbers) throws MalformedTarException {
        for (int i = 0; i < count; i++) {
            int entry = at + i * 24;
            if (block.at(entry + 12) == 0) {
                return;
            }
            numbers.add(block.number(entry, 12, "sparse offset"));
            numbers.add(block.number(entry + 12, 12, "sparse length"));
            if (numbers.size() > 2 * MAX_EXTENTS) {
                throw new MalformedTarException("sparse map is too long");
            }
        }
    }

    /** Extents must be in order, within the file, and account for every stored byte. */
    static void verify(List<TarEntry.Extent> extents, long stored, long realSize) throws MalformedTarException {
        long at = 0;
        long sum = 0;
        for (TarEntry.Extent extent : extents) {
            boolean inside = extent.offset() >= at
                    && extent.length() >= 0
                    && extent.length() <= stored
                    && extent.offset() <= realSize - extent.length();
            if (!inside) {
                throw new MalformedTarException("sparse map has an extent outside the file or out of order");
            }
            at = extent.offset() + extent.length();
            sum += extent.length();
        }
        if (sum != stored) {
            throw new MalformedTarException("sparse map covers " + sum + " bytes, the entry has " + stored);
        }
    }
}
