package dev.coffer.shim;

import dev.coffer.linux.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Who supervises a container, as the supervisor recorded it before it let the task run.
 *
 * @param supervisorStart in clock ticks since boot, as {@link Processes#startTime}
 */
public record SupervisorRecord(int supervisorPid, long supervisorStart, int pid, long start) {
    private static final String FILE = "supervisor";
    private static final int MAX_BYTES = 256;

    /** Empty if the gate was never opened. */
    public static Optional<SupervisorRecord> read(Path runtimeDirectory) throws IOException {
        Optional<long[]> numbers = RecordFile.numbers(runtimeDirectory.resolve(FILE), 4, MAX_BYTES);
        return numbers.map(n -> new SupervisorRecord((int) n[0], n[1], (int) n[2], n[3]));
    }

    /** Whether that very supervisor, not a later process with its number, is alive. */
    public boolean supervisorAlive() {
        return Processes.startTime(supervisorPid).orElse(-1) == supervisorStart;
    }

    /** How the task ended, as its supervisor recorded it. */
    public record Exit(int waitStatus, long atMillis) {
        private static final String STATUS_FILE = "status";

        /** As init or the supervisor told it: the wait status and one, so that it is never nothing. */
        public static Exit told(long number, long atMillis) {
            return new Exit((int) (number - 1), atMillis);
        }

        public static Optional<Exit> read(Path runtimeDirectory) throws IOException {
            Optional<long[]> numbers = RecordFile.numbers(runtimeDirectory.resolve(STATUS_FILE), 2, MAX_BYTES);
            return numbers.map(n -> new Exit((int) n[0], n[1]));
        }
    }

    /** A line of decimal numbers. */
    private static final class RecordFile {
        static Optional<long[]> numbers(Path file, int count, int maxBytes) throws IOException {
            String text;
            try {
                if (Files.size(file) > maxBytes) {
                    throw new IOException("record " + file + " is longer than " + maxBytes + " bytes");
                }
                text = Files.readString(file).strip();
            } catch (NoSuchFileException absent) {
                return Optional.empty();
            }
            String[] words = text.split(" ", -1);
            if (words.length != count) {
                throw new IOException("record " + file + " has " + words.length + " fields instead of " + count);
            }
            long[] numbers = new long[count];
            try {
                for (int i = 0; i < count; i++) {
                    numbers[i] = Long.parseLong(words[i]);
                }
            } catch (NumberFormatException e) {
                throw new IOException("record " + file + " is not a line of numbers: '" + text + "'", e);
            }
            return Optional.of(numbers);
        }
    }
}
