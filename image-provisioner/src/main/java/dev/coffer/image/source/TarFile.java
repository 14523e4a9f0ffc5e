package dev.coffer.image.source;

import dev.coffer.container.Fault;
import dev.coffer.image.InvalidImageException;
import dev.coffer.image.tar.MalformedTarException;
import dev.coffer.image.tar.TarEntry;
import dev.coffer.image.tar.TarReader;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The files in an uncompressed tar, found by a table of offsets that one pass over the headers builds. */
final class TarFile implements FileTree {
    private static final int MAX_ENTRIES = 100_000;
    private static final int MAX_LINKS = 8;

    private final Path path;
    private final Map<String, Part> files = new HashMap<>();
    private final Map<String, String> links = new HashMap<>();

    private record Part(long offset, long size) {}

    /** Reads the table of {@code path}. */
    TarFile(Path path) throws IOException {
        this.path = path;
        if (!Files.isRegularFile(path)) {
            String cause = Files.exists(path) ? "is not a file" : "does not exist";
            throw new InvalidImageException(Fault.USER_SPEC, "'" + path + "' " + cause);
        }
        refuseCompressed();
        long length = Files.size(path);
        try (InputStream in = new BufferedInputStream(new SeekingInput(path), 4096)) {
            TarReader reader = new TarReader(in);
            for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                add(entry.get(), length);
            }
        } catch (MalformedTarException | EOFException e) {
            throw new InvalidImageException(Fault.USER_SPEC, "'" + path + "' is not a tar archive: " + e.getMessage());
        }
    }

    private void refuseCompressed() throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] start = in.readNBytes(4);
            boolean gzip = start.length == 4 && start[0] == 0x1f && start[1] == (byte) 0x8b;
            boolean zstd = start.length == 4 && start[0] == 0x28 && start[1] == (byte) 0xb5;
            if (gzip || zstd) {
                throw new InvalidImageException(
                        Fault.USER_SPEC, "'" + path + "' is compressed; decompress it first (gunzip or unzstd)");
            }
        }
    }

    private void add(TarEntry entry, long length) throws InvalidImageException {
        String name = normal(entry.name().toString());
        if (files.size() + links.size() >= MAX_ENTRIES) {
            throw new InvalidImageException("'" + path + "' has more than " + MAX_ENTRIES + " entries");
        }
        switch (entry.type()) {
            case REGULAR -> {
                if (entry.isSparse() || entry.dataOffset() + entry.size() > length) {
                    throw new InvalidImageException("'" + path + "' is truncated or sparse at '" + name + "'");
                }
                files.put(name, new Part(entry.dataOffset(), entry.size()));
            }
            case HARD_LINK -> links.put(name, normal(entry.linkName().toString()));
            case SYMLINK -> {
                int slash = name.lastIndexOf('/');
                String directory = slash < 0 ? "" : name.substring(0, slash + 1);
                links.put(name, normal(directory + entry.linkName()));
            }
            default -> {
                // directories need no mention, and nothing else belongs into an image archive
            }
        }
    }

    private static String normal(String name) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : name.split("/", -1)) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.addLast(part);
            }
        }
        return String.join("/", parts);
    }

    private Optional<Part> find(String name) {
        String at = normal(name);
        for (int i = 0; i < MAX_LINKS; i++) {
            Part part = files.get(at);
            String next = links.get(at);
            if (part != null || next == null) {
                return Optional.ofNullable(part);
            }
            at = next;
        }
        return Optional.empty();
    }

    @Override
    public boolean exists(String name) {
        return find(name).isPresent();
    }

    @Override
    public InputStream open(String name) throws IOException {
        Part part = find(name).orElseThrow(() -> new NoSuchFileException(name));
        SeekingInput in = new SeekingInput(path);
        in.skipNBytes(part.offset());
        return new Bounded(in, part.size());
    }

    @Override
    public void close() {}

    /** Skips by seeking. A class of its own because a reader must not read the data of gigabytes to list names. */
    private static final class SeekingInput extends FilterInputStream {
        private final FileInputStream file;

        SeekingInput(Path path) throws IOException {
            this(new FileInputStream(path.toFile()));
        }

        private SeekingInput(FileInputStream file) {
            super(file);
            this.file = file;
        }

        @Override
        public void skipNBytes(long count) throws IOException {
            file.getChannel().position(file.getChannel().position() + count);
        }
    }

    /** The next {@code left} bytes. */
    private static final class Bounded extends FilterInputStream {
        private long left;

        Bounded(InputStream in, long size) {
            super(in);
            this.left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = super.read(target, offset, (int) Math.min(length, left));
            left -= Math.max(count, 0);
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            long skipped = super.skip(Math.min(count, left));
            left -= skipped;
            return skipped;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
