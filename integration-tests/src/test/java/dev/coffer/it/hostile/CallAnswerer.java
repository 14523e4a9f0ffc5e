package dev.coffer.it.hostile;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.process.ControlSocket;
import dev.coffer.linux.process.ControlSocket.Message;
import dev.coffer.linux.process.Descriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A program that answers the system calls of containers: refuses those whose first argument is {@link #REFUSED} with {@code
 * ENXIO}, and gives 0 to all others.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/seccomp_unotify.2.html">seccomp_unotify(2)</a>
 */
final class CallAnswerer implements AutoCloseable {
    static final int REFUSED = 77;

    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int ENXIO = 6;
    private static final long RECEIVE = 0xC0502100L;
    private static final long SEND = 0xC0182101L;
    private static final int NOTIFICATION_BYTES = 80;
    private static final int RESPONSE_BYTES = 24;
    private static final int FIRST_ARGUMENT = 32;
    private static final short POLLIN = 1;
    private static final int TIMEOUT_MILLIS = 30_000;

    private final Descriptor socket;
    private final CompletableFuture<String> state = new CompletableFuture<>();
    private final CompletableFuture<Integer> refused = new CompletableFuture<>();
    private final Thread thread;

    CallAnswerer(Path path) throws IOException {
        socket = Descriptor.adopt(checked(Libc.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket"));
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        try (Memory address = new Memory(110)) {
            address.clear();
            address.setShort(0, (short) AF_UNIX);
            address.write(2, name, 0, name.length);
            checked(Libc.bind(number(socket), address, 110), "bind");
        }
        checked(Libc.listen(number(socket), 1), "listen");
        thread = new Thread(this::serve, "answers-calls");
        thread.setDaemon(true);
        thread.start();
    }

    /** What was told of the container. */
    String state() {
        return state.join();
    }

    /** The process whose call was refused, by its number on this host. */
    int refused() {
        return refused.join();
    }

    private void serve() {
        try (ControlSocket connection =
                ControlSocket.adopt(Descriptor.adopt(checked(Libc.accept(number(socket), null, null), "accept")))) {
            Message message = connection.receive(TIMEOUT_MILLIS).orElseThrow();
            try (Descriptor listener = message.descriptors().get(0)) {
                state.complete(message.text());
                answerAll(number(listener));
            }
        } catch (ErrnoException | RuntimeException e) {
            state.completeExceptionally(e);
            refused.completeExceptionally(e);
        }
    }

    private void answerAll(int listener) {
        try (Memory poll = new Memory(8);
                Memory call = new Memory(NOTIFICATION_BYTES);
                Memory answer = new Memory(RESPONSE_BYTES)) {
            while (true) {
                poll.setInt(0, listener);
                poll.setInt(4, POLLIN);
                if (Libc.poll(poll, 1, TIMEOUT_MILLIS) <= 0 || (poll.getShort(6) & POLLIN) == 0) {
                    return; // all who have the filter have ended
                }
                call.clear();
                if (Libc.ioctl(listener, RECEIVE, call) < 0) {
                    continue; // it was interrupted meanwhile
                }
                boolean no = call.getLong(FIRST_ARGUMENT) == REFUSED;
                answer.clear();
                answer.setLong(0, call.getLong(0));
                answer.setInt(16, no ? -ENXIO : 0);
                Libc.ioctl(listener, SEND, answer);
                if (no) {
                    refused.complete(call.getInt(8));
                }
            }
        }
    }

    private static int number(Descriptor descriptor) {
        return descriptor.fd();
    }

    private static int checked(int result, String call) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(call, Native.getLastError());
        }
        return result;
    }

    @Override
    public void close() {
        socket.close();
    }

    /** Signatures as in the manual pages. */
    private static final class Libc {
        static {
            Native.register(Libc.class, NativeLibrary.getProcess());
        }

        static native int socket(int domain, int type, int protocol);

        static native int bind(int fd, Pointer address, int length);

        static native int listen(int fd, int backlog);

        static native int accept(int fd, @Nullable Pointer address, @Nullable Pointer length);

        static native int poll(Pointer fds, long count, int timeout);

        static native int ioctl(int fd, long request, Pointer argument);
    }
}
