package dev.coffer.linux.process;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;

/**
 * Refers to one process, never to a later one with the same number.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/pidfd_open.2.html">pidfd_open(2)</a>
 */
public final class PidFd implements AutoCloseable {
    private static final long NR_PIDFD_SEND_SIGNAL = 424;
    private static final long NR_PIDFD_OPEN = 434;
    private static final int SIGINFO_BYTES = 128;
    private static final int SI_QUEUE = -1;
    /** Stands for the signal in its value; same number in supervise.c. */
    private static final int CARRIER_SIGNAL = 40;

    private static final int SIGKILL = 9;
    private static final int POLLIN = 1;
    private static final int P_PIDFD = 3;
    private static final int WNOHANG = 1;
    private static final int WEXITED = 4;

    private final int pid;
    private final Descriptor descriptor;

    private PidFd(int pid, Descriptor descriptor) {
        this.pid = pid;
        this.descriptor = descriptor;
    }

    /**
     * The process that has this number now.
     *
     * @throws ErrnoException {@code ESRCH} if there is none
     */
    public static PidFd open(int pid) throws ErrnoException {
        long fd = ProcessLibc.syscall(NR_PIDFD_OPEN, pid, 0, null, 0);
        if (fd < 0) {
            throw ProcessLibc.lastError("pidfd_open(" + pid + ")");
        }
        return new PidFd(pid, Descriptor.adopt((int) fd));
    }

    /** One that another process opened and sent; owned from now on. */
    public static PidFd adopt(int pid, Descriptor descriptor) {
        return new PidFd(pid, descriptor);
    }

    public int pid() {
        return pid;
    }

    int fd() {
        return descriptor.fd();
    }

    /**
     * Waits for the process to end; it may still have to be reaped.
     *
     * @return false if it is still there after this time
     */
    public boolean awaitExit(int timeoutMillis) throws ErrnoException {
        try (Memory poll = new Memory(8)) {
            long deadline = System.nanoTime() + timeoutMillis * 1_000_000L;
            while (true) {
                poll.setInt(0, descriptor.fd());
                poll.setInt(4, POLLIN);
                long left = Math.max(0, (deadline - System.nanoTime() + 999_999) / 1_000_000);
                int ready = ProcessLibc.poll(poll, 1, (int) left);
                if (ready >= 0) {
                    return ready > 0;
                }
                if (Native.getLastError() != Errno.EINTR) {
                    throw ProcessLibc.lastError("poll(pidfd of " + pid + ")");
                }
            }
        }
    }

    /**
     * Reaps the process if it is a child of ours that has ended; otherwise does nothing. Never reaps a later process
     * with the same number.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/waitid.2.html">waitid(2)</a>
     */
    public void reap() throws ErrnoException {
        try (Memory info = new Memory(SIGINFO_BYTES)) {
            if (ProcessLibc.waitid(P_PIDFD, descriptor.fd(), info, WEXITED | WNOHANG) < 0
                    && Native.getLastError() != Errno.ECHILD) {
                throw ProcessLibc.lastError("waitid(P_PIDFD of " + pid + ")");
            }
        }
    }

    /** Kills it at once. A process that is gone already is fine. */
    public void killNow() throws ErrnoException {
        if (ProcessLibc.syscall(NR_PIDFD_SEND_SIGNAL, descriptor.fd(), SIGKILL, null, 0) < 0
                && Native.getLastError() != Errno.ESRCH) {
            throw ProcessLibc.lastError("pidfd_send_signal(" + pid + ", SIGKILL)");
        }
    }

    /**
     * Asks a supervisor to send {@code signal} to its task; also one that nobody could catch and forward.
     *
     * @return false if the supervisor is gone
     */
    public boolean sendCarried(int signal) throws ErrnoException {
        try (Memory info = new Memory(SIGINFO_BYTES)) {
            info.clear();
            info.setInt(0, CARRIER_SIGNAL);
            info.setInt(8, SI_QUEUE);
            info.setInt(16, (int) ProcessHandle.current().pid());
            info.setInt(20, ProcessLibc.geteuid());
            info.setInt(24, signal);
            if (ProcessLibc.syscall(NR_PIDFD_SEND_SIGNAL, descriptor.fd(), CARRIER_SIGNAL, info, 0) >= 0) {
                return true;
            }
            if (Native.getLastError() == Errno.ESRCH) {
                return false;
            }
            throw ProcessLibc.lastError("pidfd_send_signal(" + pid + ", " + signal + ")");
        }
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
