package dev.coffer.linux.process;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Gives a copy of a descriptor to a program that listens on a stream socket.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/unix.7.html">unix(7)</a>
 */
public final class DescriptorDelivery {
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDTIMEO = 21;
    private static final int SCM_RIGHTS = 1;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final long TIMEOUT_SECONDS = 10;

    /** {@code struct sockaddr_un}. */
    private static final int ADDRESS_BYTES = 110;

    private static final int ADDRESS_HEADER = 2;

    // struct iovec at 0, struct msghdr at 16, ancillary data at 80, the bytes from 104; see sendmsg(2) and cmsg(3)
    private static final int MSGHDR = 16;
    private static final int ANCILLARY = 80;
    private static final int CMSG_LENGTH = 20;
    private static final int CMSG_SPACE = 24;
    private static final int BYTES = 104;

    private DescriptorDelivery() {}

    /** Connects, sends the message with the descriptor, and closes the connection. Nothing of it takes forever. */
    public static void deliver(Path socket, byte[] message, Descriptor given) throws ErrnoException {
        int fd = Libc.socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0) {
            throw ProcessLibc.lastError("socket(AF_UNIX, SOCK_STREAM)");
        }
        try (Descriptor connection = Descriptor.adopt(fd)) {
            bound(connection);
            connect(connection, socket);
            send(connection, message, given);
        }
    }

    private static void bound(Descriptor connection) throws ErrnoException {
        try (Memory time = new Memory(16)) {
            time.setLong(0, TIMEOUT_SECONDS);
            time.setLong(8, 0);
            if (Libc.setsockopt(connection.fd(), SOL_SOCKET, SO_SNDTIMEO, time, 16) < 0) {
                throw ProcessLibc.lastError("setsockopt(SO_SNDTIMEO)");
            }
        }
    }

    private static void connect(Descriptor connection, Path socket) throws ErrnoException {
        byte[] path = socket.toString().getBytes(StandardCharsets.UTF_8);
        if (path.length >= ADDRESS_BYTES - ADDRESS_HEADER) {
            throw new ErrnoException("connect(" + socket + ")", Errno.ENAMETOOLONG);
        }
        try (Memory address = new Memory(ADDRESS_BYTES)) {
            address.clear();
            address.setShort(0, (short) AF_UNIX);
            address.write(ADDRESS_HEADER, path, 0, path.length);
            if (Libc.connect(connection.fd(), address, ADDRESS_BYTES) < 0) {
                throw ProcessLibc.lastError("connect(" + socket + ")");
            }
        }
    }

    private static void send(Descriptor connection, byte[] message, Descriptor given) throws ErrnoException {
        try (Memory memory = new Memory((long) BYTES + message.length)) {
            memory.clear(BYTES);
            memory.write(BYTES, message, 0, message.length);
            memory.setPointer(0, memory.share(BYTES));
            memory.setLong(8, message.length);
            memory.setPointer(MSGHDR + 16, memory.share(0));
            memory.setLong(MSGHDR + 24, 1);
            memory.setPointer(MSGHDR + 32, memory.share(ANCILLARY));
            memory.setLong(MSGHDR + 40, CMSG_SPACE);
            memory.setLong(ANCILLARY, CMSG_LENGTH);
            memory.setInt(ANCILLARY + 8, SOL_SOCKET);
            memory.setInt(ANCILLARY + 12, SCM_RIGHTS);
            memory.setInt(ANCILLARY + 16, given.fd());
            long sent = ProcessLibc.sendmsg(connection.fd(), memory.share(MSGHDR), MSG_NOSIGNAL);
            if (sent < 0) {
                throw ProcessLibc.lastError("sendmsg(seccomp listener)");
            }
            if (sent < message.length) {
                throw new ErrnoException("sendmsg(seccomp listener)", Errno.EAGAIN);
            }
        }
    }

    /** Apart from those that every process needs: a cold start does not pay for these. */
    private static final class Libc {
        static {
            Native.register(Libc.class, NativeLibrary.getProcess());
        }

        /** @see <a href="https://man7.org/linux/man-pages/man2/socket.2.html">socket(2)</a> */
        static native int socket(int domain, int type, int protocol);

        /** @see <a href="https://man7.org/linux/man-pages/man2/connect.2.html">connect(2)</a> */
        static native int connect(int fd, Pointer address, int length);

        /** @see <a href="https://man7.org/linux/man-pages/man2/setsockopt.2.html">setsockopt(2)</a> */
        static native int setsockopt(int fd, int level, int name, Pointer value, int length);
    }
}
