package dev.coffer.image.tar;

import dev.coffer.linux.fs.PathBytes;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Iterates over a tar stream once. Memory is bounded whatever the stream says. Confined to one thread.
 *
 * <p>After {@link #next} the entry's stored bytes can be read by {@link #read}; what is left of them is skipped.
 */
public final class TarReader {
    /** Extension headers (PAX, GNU long names) of one entry may have this many bytes together. */
    public static final int MAX_EXTENSION_BYTES = 1 << 20;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final TarInput in;
    private final PaxRecords global = new PaxRecords();
    private int globalBytes;
    private long position;
    private long left;
    private int padding;

    /**
     * Reads from the start of an archive.
     *
     * @param in should be buffered; stays the caller's
     */
    public TarReader(InputStream in) {
        this(TarInput.of(in));
    }

    /** Reads from the start of an archive. */
    public TarReader(TarInput in) {
        this.in = in;
    }

    /** Extension headers that wait for their entry. */
    private static final class Pending {
        private final PaxRecords pax = new PaxRecords();
        private Optional<PathBytes> longName = Optional.empty();
        private Optional<PathBytes> longLink = Optional.empty();
        private int bytes;
    }

    /** Moves to the next entry, past what is left of the current one. */
    public Optional<TarEntry> next() throws IOException {
        skip(left + padding);
        left = 0;
        padding = 0;
        Pending pending = new Pending();
        while (true) {
            long at = position;
            byte[] block = new byte[TarHeader.BLOCK];
            if (!readBlock(block)) {
                return Optional.empty();
            }
            TarHeader header = new TarHeader(block);
            if (header.isZero()) {
                return Optional.empty();
            }
            header.verifyChecksum(at);
            switch (header.type()) {
                case 'x' -> pending.pax.parse(extension(header, pending));
                case 'g' -> global.parse(globalExtension(header));
                case 'L' -> pending.longName = Optional.of(withoutNul(extension(header, pending)));
                case 'K' -> pending.longLink = Optional.of(withoutNul(extension(header, pending)));
                default -> {
                    return Optional.of(entry(header, pending));
                }
            }
        }
    }

    /** Reads stored bytes of the current entry; -1 at their end. */
    public int read(byte[] target, int offset, int length) throws IOException {
        ByteBuffer piece = data(length);
        int count = piece.remaining();
        piece.get(target, offset, count);
        return count == 0 ? -1 : count;
    }

    /** The next stored bytes of the current entry, valid until the next call of anything here; none at their end. */
    public ByteBuffer data(int max) throws IOException {
        if (left == 0) {
            return NOTHING;
        }
        ByteBuffer piece = in.next((int) Math.min(max, left));
        if (!piece.hasRemaining()) {
            throw new EOFException("tar ends inside an entry");
        }
        left -= piece.remaining();
        position += piece.remaining();
        return piece;
    }

    private TarEntry entry(TarHeader header, Pending pending) throws IOException {
        PaxRecords pax = new PaxRecords();
        pax.putAll(global);
        pax.putAll(pending.pax);
        TarEntry.Type type = type(header);
        PathBytes name = pax.path("GNU.sparse.name")
                .or(() -> pax.path("path"))
                .or(() -> pending.longName)
                .orElseGet(header::name);
        boolean oldDirectory = header.type() == 0 && !name.isEmpty() && name.at(name.length() - 1) == '/';
        if (oldDirectory) {
            type = TarEntry.Type.DIRECTORY; // before POSIX a directory was a file whose name ends in a slash
        }
        // a size on anything but a file is not followed by data
        long size = type == TarEntry.Type.REGULAR ? pax.number("size", header.size()) : 0;
        if (size < 0) {
            throw new MalformedTarException("size of '" + name + "' is negative");
        }
        left = size;
        padding = (int) (-size & (TarHeader.BLOCK - 1));
        long realSize = size;
        List<TarEntry.Extent> extents = List.of();
        if (type == TarEntry.Type.REGULAR && isSparse(header, pax)) {
            extents = sparseMap(header, pax, pending.pax.oldSparseMap());
            realSize = header.type() == 'S'
                    ? header.number(483, 12, "real size")
                    : pax.number("GNU.sparse.realsize", pax.number("GNU.sparse.size", left));
            SparseMaps.verify(extents, left, realSize);
        }
        return new TarEntry(
                type,
                name,
                pax.path("linkpath").or(() -> pending.longLink).orElseGet(header::linkName),
                (int) header.mode() & 07777,
                new TarEntry.Owner(id(pax.number("uid", header.uid())), id(pax.number("gid", header.gid()))),
                left,
                realSize,
                extents,
                pax.modified(header.modified()),
                device(type, header),
                pax.xattrs(),
                position);
    }

    private static TarEntry.Type type(TarHeader header) throws MalformedTarException {
        return switch (header.type()) {
            case '0', 0, '7', 'S' -> TarEntry.Type.REGULAR;
            case '1' -> TarEntry.Type.HARD_LINK;
            case '2' -> TarEntry.Type.SYMLINK;
            case '3' -> TarEntry.Type.CHARACTER_DEVICE;
            case '4' -> TarEntry.Type.BLOCK_DEVICE;
            case '5' -> TarEntry.Type.DIRECTORY;
            case '6' -> TarEntry.Type.FIFO;
            default ->
                throw new MalformedTarException(
                        "'" + header.name() + "' is of the unknown type " + (int) header.type());
        };
    }

    private static TarEntry.Device device(TarEntry.Type type, TarHeader header) throws MalformedTarException {
        boolean device = type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
        return device ? new TarEntry.Device(header.deviceMajor(), header.deviceMinor()) : new TarEntry.Device(0, 0);
    }

    /** 2^32-1 means "do not change" to chown(2), so it is no owner. */
    private static int id(long number) throws MalformedTarException {
        if (number < 0 || number > 0xfffffffeL) {
            throw new MalformedTarException("owner " + number + " is out of range");
        }
        return (int) number;
    }

    private static boolean isSparse(TarHeader header, PaxRecords pax) {
        return header.type() == 'S'
                || pax.has("GNU.sparse.major")
                || pax.has("GNU.sparse.map")
                || pax.has("GNU.sparse.numblocks");
    }

    private List<TarEntry.Extent> sparseMap(TarHeader header, PaxRecords pax, List<Long> oldMap) throws IOException {
        if (header.type() == 'S') {
            return gnuSparseMap(header);
        }
        if (pax.number("GNU.sparse.major", 0) == 1) {
            return sparseMapInData();
        }
        Optional<String> map = pax.text("GNU.sparse.map");
        return map.isPresent() ? SparseMaps.commaSeparated(map.get()) : SparseMaps.pairs(oldMap);
    }

    /** The map goes on in blocks between the header and the data, which the size does not count. */
    private List<TarEntry.Extent> gnuSparseMap(TarHeader header) throws IOException {
        List<Long> numbers = new ArrayList<>();
        SparseMaps.gnuEntries(header, 386, 4, numbers);
        boolean more = header.at(482) != 0;
        while (more) {
            byte[] block = new byte[TarHeader.BLOCK];
            if (!readBlock(block)) {
                throw new EOFException("tar ends inside a sparse map");
            }
            TarHeader extension = new TarHeader(block);
            SparseMaps.gnuEntries(extension, 0, 21, numbers);
            more = extension.at(504) != 0;
        }
        return SparseMaps.pairs(numbers);
    }

    /** Format 1.0: decimal numbers, one per line, fill the first blocks of the data. */
    private List<TarEntry.Extent> sparseMapInData() throws IOException {
        long start = position;
        long count = line();
        List<Long> numbers = new ArrayList<>();
        for (long i = 0; i < 2 * count; i++) {
            if (position - start > MAX_EXTENSION_BYTES) {
                throw new MalformedTarException("sparse map is too long");
            }
            numbers.add(line());
        }
        long rest = -(position - start) & (TarHeader.BLOCK - 1);
        if (rest > left) {
            throw new MalformedTarException("sparse map is longer than its entry");
        }
        skip(rest);
        left -= rest;
        return SparseMaps.pairs(numbers);
    }

    private long line() throws IOException {
        long value = 0;
        byte[] one = new byte[1];
        for (int digits = 0; digits < 19; digits++) {
            if (read(one, 0, 1) < 0 || (one[0] != '\n' && (one[0] < '0' || one[0] > '9'))) {
                break;
            }
            if (one[0] == '\n') {
                return value;
            }
            value = value * 10 + (one[0] - '0');
        }
        throw new MalformedTarException("sparse map has a line that is not a number");
    }

    private byte[] extension(TarHeader header, Pending pending) throws IOException {
        byte[] body = extension(header, MAX_EXTENSION_BYTES - pending.bytes);
        pending.bytes += body.length;
        return body;
    }

    private byte[] globalExtension(TarHeader header) throws IOException {
        byte[] body = extension(header, MAX_EXTENSION_BYTES - globalBytes);
        globalBytes += body.length;
        return body;
    }

    private byte[] extension(TarHeader header, int allowed) throws IOException {
        long size = header.size();
        if (size < 0 || size > allowed) {
            throw new MalformedTarException("extension header of " + size + " bytes at offset "
                    + (position - TarHeader.BLOCK) + "; at most " + MAX_EXTENSION_BYTES + " are accepted");
        }
        byte[] body = new byte[(int) size];
        if (readFully(body) < size) {
            throw new EOFException("tar ends inside an extension header");
        }
        skip(-size & (TarHeader.BLOCK - 1));
        return body;
    }

    private static PathBytes withoutNul(byte[] text) {
        int end = 0;
        while (end < text.length && text[end] != 0) {
            end++;
        }
        return PathBytes.of(text, 0, end);
    }

    /** False at the end of the stream. */
    private boolean readBlock(byte[] block) throws IOException {
        int count = readFully(block);
        if (count != 0 && count < block.length) {
            throw new EOFException("tar ends inside a header");
        }
        return count != 0;
    }

    private int readFully(byte[] target) throws IOException {
        int done = 0;
        while (done < target.length) {
            ByteBuffer piece = in.next(target.length - done);
            int count = piece.remaining();
            if (count == 0) {
                break;
            }
            piece.get(target, done, count);
            done += count;
        }
        position += done;
        return done;
    }

    private void skip(long count) throws IOException {
        long skipped = 0;
        while (skipped < count) {
            int step =
                    in.next((int) Math.min(count - skipped, Integer.MAX_VALUE)).remaining();
            if (step == 0) {
                throw new EOFException("tar ends inside an entry");
            }
            skipped += step;
        }
        position += count;
    }
}
