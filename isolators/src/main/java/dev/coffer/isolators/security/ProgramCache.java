package dev.coffer.isolators.security;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * Compiled filters on disk, so that a fresh process need not compile. A file is the program followed by its CRC-32 as 8
 * bytes, little-endian.
 *
 * <p>The directory belongs to {@code owner} alone (mode 0700); in any other one nothing is read or written, because
 * whoever can write there could switch the filter off. A damaged file counts as absent. Thread-safe.
 */
final class ProgramCache {
    /** {@code BPF_MAXINSNS}. */
    static final int MAX_INSTRUCTIONS = 4096;

    private static final int INSTRUCTION_BYTES = 8;
    private static final int PRIVATE_DIRECTORY = 040700;
    /** {@code ld [4]}, the architecture, which a filter must look at first. */
    private static final long LOAD_ARCHITECTURE = 0x0000_0004_0000_0020L;

    private final Path directory;
    private final int owner;

    ProgramCache(Path directory, int owner) {
        this.directory = directory;
        this.owner = owner;
    }

    Optional<List<Long>> read(String name) {
        try {
            return trusted() ? decode(content(directory.resolve(name))) : Optional.empty();
        } catch (IOException e) {
            // a cache that cannot be read costs a compilation, nothing else
            return Optional.empty();
        }
    }

    /** Best effort: without it the next process compiles again. */
    void write(String name, List<Long> program) {
        try {
            if (Files.notExists(directory, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            if (trusted()) {
                replace(directory.resolve(name), encode(program));
            }
        } catch (IOException e) {
            // see above
        }
    }

    private boolean trusted() throws IOException {
        try {
            Map<String, Object> attributes =
                    Files.readAttributes(directory, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
            return Integer.valueOf(owner).equals(attributes.get("uid"))
                    && Integer.valueOf(PRIVATE_DIRECTORY).equals(attributes.get("mode"));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static byte[] content(Path file) throws IOException {
        long limit = (MAX_INSTRUCTIONS + 1L) * INSTRUCTION_BYTES;
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) <= limit
                ? Files.readAllBytes(file)
                : new byte[0];
    }

    /** No fsync: after a crash of the host the checksum tells. */
    private void replace(Path file, byte[] content) throws IOException {
        Path fresh = Files.createTempFile(directory, "new", ".bpf"); // mode 0600
        try {
            Files.write(fresh, content);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static byte[] encode(List<Long> program) {
        ByteBuffer bytes =
                ByteBuffer.allocate((program.size() + 1) * INSTRUCTION_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        program.forEach(bytes::putLong);
        bytes.putLong(checksum(bytes.array(), bytes.position()));
        return bytes.array();
    }

    private static Optional<List<Long>> decode(byte[] content) {
        int programBytes = content.length - INSTRUCTION_BYTES;
        if (programBytes <= 0 || content.length % INSTRUCTION_BYTES != 0) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        List<Long> program = new ArrayList<>(programBytes / INSTRUCTION_BYTES);
        while (bytes.position() < programBytes) {
            program.add(bytes.getLong());
        }
        boolean valid = bytes.getLong() == checksum(content, programBytes) && program.get(0) == LOAD_ARCHITECTURE;
        return valid ? Optional.of(List.copyOf(program)) : Optional.empty();
    }

    private static long checksum(byte[] bytes, int length) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, length);
        return crc.getValue();
    }
}
