package dev.coffer.shim;

import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.process.Descriptor;
import dev.coffer.linux.process.Descriptor.OpenMode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The descriptors that become 0, 1 and 2 of the task; opened before the launch and closed after it. */
public final class StandardStreams implements AutoCloseable {
    private static final Path NULL = Path.of("/dev/null");

    private final List<Descriptor> opened = new ArrayList<>();
    /** By number in the task; where nothing is put, our own of that number. */
    private final int[] numbers = {0, 1, 2};

    private StandardStreams() {}

    /** Empty input; output and errors appended to these files, which are made if they are missing. */
    public static StandardStreams files(Path stdout, Path stderr) throws ErrnoException {
        StandardStreams streams = new StandardStreams();
        try {
            streams.put(0, Descriptor.open(NULL, OpenMode.READ));
            streams.put(1, Descriptor.open(stdout, OpenMode.APPEND_CREATE));
            streams.put(2, Descriptor.open(stderr, OpenMode.APPEND_CREATE));
            return streams;
        } catch (ErrnoException e) {
            streams.close();
            throw e;
        }
    }

    /** Our own; input empty unless {@code stdin}. */
    public static StandardStreams inherited(boolean stdin) throws ErrnoException {
        StandardStreams streams = new StandardStreams();
        if (!stdin) {
            streams.put(0, Descriptor.open(NULL, OpenMode.READ));
        }
        return streams;
    }

    private void put(int number, Descriptor descriptor) {
        opened.add(descriptor);
        numbers[number] = descriptor.fd();
    }

    int[] numbers() {
        return numbers;
    }

    @Override
    public void close() {
        opened.forEach(Descriptor::close);
    }
}
