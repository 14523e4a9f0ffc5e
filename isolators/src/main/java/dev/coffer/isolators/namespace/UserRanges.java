package dev.coffer.isolators.namespace;

import dev.coffer.flag.NumberRange;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which container has which users of the host: one empty file per container, {@code <first>-<count>-<id>}, so that one look
 * at the directory tells all. Every process that launches containers with this runtime directory sees the same, and a
 * container keeps what it has when the agent dies.
 *
 * @param directory made with the first container that asks
 * @param ranges to allot from; the first {@code size} ids are those that containers share
 */
record UserRanges(Path directory, List<NumberRange> ranges, long size) {
    private static final String LOCK = ".lock";

    UserRanges {
        ranges = List.copyOf(ranges);
    }

    /** Users of the host from {@code first} on, which one container has; {@code path} names it on disk. */
    record Allotment(long first, long count, String container) {
        long last() {
            return first + count - 1;
        }

        String fileName() {
            return first + "-" + count + "-" + container;
        }

        /** Empty for what is no allotment. */
        static Optional<Allotment> parse(String name) {
            String[] words = name.split("-", 3);
            if (words.length < 3 || !words[0].matches("[0-9]{1,10}") || !words[1].matches("[0-9]{1,10}")) {
                return Optional.empty();
            }
            return Optional.of(new Allotment(Long.parseLong(words[0]), Long.parseLong(words[1]), words[2]));
        }
    }

    /** Those that all who share have. */
    Allotment shared(String container) {
        return new Allotment(ranges.get(0).first(), size, container);
    }

    /** Where the next container would be put, for a plan that is only explained; empty if all ids are taken. */
    Optional<Allotment> next(long count, String container) throws IOException {
        return firstFree(count, container, taken());
    }

    /**
     * Gives ids that no other container has.
     *
     * @return empty if there are none
     * @throws FileAlreadyExistsException if the container has some
     */
    Optional<Allotment> allot(long count, String container) throws IOException {
        return record(container, taken -> firstFree(count, container, taken));
    }

    /** Notes that a container shares. */
    void share(String container) throws IOException {
        Optional<Allotment> unused = record(container, taken -> Optional.of(shared(container)));
    }

    private interface Choice {
        Optional<Allotment> among(List<Allotment> taken);
    }

    private Optional<Allotment> record(String container, Choice choice) throws IOException {
        Files.createDirectories(directory);
        synchronized (UserRanges.class) { // a file lock is held by the whole process
            try (FileChannel channel = FileChannel.open(
                            directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                assert lock.isValid();
                List<Allotment> taken = taken();
                if (of(container, taken).isPresent()) {
                    throw new FileAlreadyExistsException(
                            directory.resolve(container).toString());
                }
                Optional<Allotment> chosen = choice.among(taken);
                if (chosen.isPresent()) {
                    Files.createFile(directory.resolve(chosen.get().fileName()));
                }
                return chosen;
            }
        }
    }

    private Optional<Allotment> firstFree(long count, String container, List<Allotment> taken) {
        List<Allotment> ordered = new ArrayList<>(taken);
        ordered.add(shared(""));
        ordered.sort((a, b) -> Long.compare(a.first(), b.first()));
        for (NumberRange range : ranges) {
            long first = range.first();
            for (Allotment other : ordered) {
                if (other.last() >= first && other.first() < first + count) {
                    first = other.last() + 1;
                }
            }
            if (first + count - 1 <= range.last()) {
                return Optional.of(new Allotment(first, count, container));
            }
        }
        return Optional.empty();
    }

    /** What a container has. */
    Optional<Allotment> of(String container) throws IOException {
        return of(container, taken());
    }

    private static Optional<Allotment> of(String container, List<Allotment> taken) {
        return taken.stream().filter(each -> each.container().equals(container)).findFirst();
    }

    /** What all containers have. */
    List<Allotment> taken() throws IOException {
        List<Allotment> taken = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return taken;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Allotment.parse(String.valueOf(file.getFileName())).ifPresent(taken::add);
            }
        }
        return taken;
    }

    void giveBack(Allotment allotment) throws IOException {
        Files.deleteIfExists(directory.resolve(allotment.fileName()));
    }
}
