package dev.coffer.linux.process;

import com.sun.jna.Memory;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One end of a pair of message sockets; a message may carry descriptors.
 *
 * <p>Confined to one thread at a time.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</a>
 */
public final class ControlSocket implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final short POLLIN = 1;
    private static final int MAX_MESSAGE = 512;

    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    /** More than any message of ours carries. */
    private static final int MAX_DESCRIPTORS = 8;

    // struct iovec at 0, struct msghdr at 16, ancillary data at 80, the bytes from 128; see recvmsg(2) and cmsg(3).
    private static final int IOVEC = 0;
    private static final int MSGHDR = 16;
    private static final int ANCILLARY = 80;
    private static final int CMSG_HEADER = 16;
    private static final int ANCILLARY_LENGTH = CMSG_HEADER + 4 * MAX_DESCRIPTORS;
    private static final int BYTES = 128;

    /** A message and the descriptors that came with it, which are the receiver's. */
    public record Message(String text, List<Descriptor> descriptors) {}

    /** Both ends: ours, and the one to hand to a child. */
    public record Pair(ControlSocket ours, Descriptor theirs) {}

    private final Descriptor descriptor;

    private ControlSocket(Descriptor descriptor) {
        this.descriptor = descriptor;
    }

    public static Pair pair() throws ErrnoException {
        int[] fds = new int[2];
        if (ProcessLibc.socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0) {
            throw ProcessLibc.lastError("socketpair(AF_UNIX, SOCK_SEQPACKET)");
        }
        Descriptor ours = Descriptor.adopt(fds[0]);
        return new Pair(new ControlSocket(ours), Descriptor.adopt(fds[1]));
    }

    /** An end that another process made and sent; owned from now on. */
    public static ControlSocket adopt(Descriptor descriptor) {
        return new ControlSocket(descriptor);
    }

    /** Sends one message; the peer's death is {@code EPIPE}. */
    public void send(String text) throws ErrnoException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (ProcessLibc.send(descriptor.fd(), bytes, bytes.length, MSG_NOSIGNAL) < 0) {
            throw ProcessLibc.lastError("send(" + text + ")");
        }
    }

    /** Sends one message with copies of these descriptors. */
    public void send(String text, int... fds) throws ErrnoException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length > MAX_MESSAGE || fds.length > MAX_DESCRIPTORS) {
            throw new IllegalArgumentException(
                    "a message of " + bytes.length + " bytes and " + fds.length + " descriptors");
        }
        try (Memory memory = new Memory(BYTES + MAX_MESSAGE)) {
            memory.clear(BYTES);
            memory.write(BYTES, bytes, 0, bytes.length);
            describe(memory, bytes.length, CMSG_HEADER + 4L * fds.length);
            memory.setLong(ANCILLARY, CMSG_HEADER + 4L * fds.length);
            memory.setInt(ANCILLARY + 8, SOL_SOCKET);
            memory.setInt(ANCILLARY + 12, SCM_RIGHTS);
            memory.write(ANCILLARY + CMSG_HEADER, fds, 0, fds.length);
            if (ProcessLibc.sendmsg(descriptor.fd(), memory.share(MSGHDR), MSG_NOSIGNAL) < 0) {
                throw ProcessLibc.lastError("sendmsg(" + text + ")");
            }
        }
    }

    private static void describe(Memory memory, long length, long ancillaryLength) {
        memory.setPointer(IOVEC, memory.share(BYTES));
        memory.setLong(IOVEC + 8, length);
        memory.setPointer(MSGHDR + 16, memory.share(IOVEC));
        memory.setLong(MSGHDR + 24, 1);
        memory.setPointer(MSGHDR + 32, memory.share(ANCILLARY));
        memory.setLong(MSGHDR + 40, ancillaryLength);
    }

    /**
     * Waits for the next message.
     *
     * @return empty at end of file: every holder of the other end is gone or has exec'ed
     * @throws ErrnoException {@code EAGAIN} if nothing came in time
     */
    public Optional<Message> receive(int timeoutMillis) throws ErrnoException {
        try (Memory memory = new Memory(BYTES + MAX_MESSAGE)) {
            awaitReadable(memory, timeoutMillis);
            memory.clear(BYTES);
            describe(memory, MAX_MESSAGE, ANCILLARY_LENGTH);
            long n = ProcessLibc.recvmsg(descriptor.fd(), memory.share(MSGHDR), MSG_CMSG_CLOEXEC);
            if (n < 0) {
                throw ProcessLibc.lastError("recvmsg(control socket)");
            }
            if (n == 0) {
                return Optional.empty();
            }
            byte[] bytes = memory.getByteArray(BYTES, (int) n);
            return Optional.of(new Message(new String(bytes, StandardCharsets.US_ASCII), carried(memory)));
        }
    }

    private static List<Descriptor> carried(Memory memory) throws ErrnoException {
        List<Descriptor> descriptors = new ArrayList<>();
        long length = memory.getLong(MSGHDR + 40) < CMSG_HEADER ? 0 : memory.getLong(ANCILLARY);
        for (long offset = CMSG_HEADER; offset + 4 <= length; offset += 4) {
            descriptors.add(Descriptor.adopt(memory.getInt(ANCILLARY + offset)));
        }
        return descriptors;
    }

    private void awaitReadable(Memory memory, int timeoutMillis) throws ErrnoException {
        memory.setInt(0, descriptor.fd());
        memory.setShort(4, POLLIN);
        memory.setShort(6, (short) 0);
        int ready;
        do {
            ready = ProcessLibc.poll(memory, 1, timeoutMillis);
        } while (ready < 0 && com.sun.jna.Native.getLastError() == Errno.EINTR);
        if (ready < 0) {
            throw ProcessLibc.lastError("poll(control socket)");
        }
        if (ready == 0) {
            throw new ErrnoException("poll(control socket, " + timeoutMillis + " ms)", Errno.EAGAIN);
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
