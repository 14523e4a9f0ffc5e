package dev.coffer.shim;

import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.process.ControlSocket;
import dev.coffer.linux.process.ControlSocket.Message;
import dev.coffer.linux.process.Descriptor;
import dev.coffer.linux.process.PidFd;
import dev.coffer.linux.process.Spawner;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Whether files of a directory can be given the owners of a user namespace. Tried, for no kernel tells; by the launcher,
 * because a JVM cannot make a user namespace.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/mount_setattr.2.html">mount_setattr(2), idmapped mounts</a>
 */
public final class OwnerMapping {
    private static final int AGENT_FD = 3;
    private static final int TIMEOUT_MILLIS = 5_000;

    private OwnerMapping() {}

    /**
     * Tries it. Needs root and changes nothing.
     *
     * @throws ErrnoException why not; {@code EINVAL} if the file system or the kernel cannot
     */
    public static void attempt(Path directory) throws IOException {
        ControlSocket.Pair pair = ControlSocket.pair();
        try (ShimBinary binary = ShimBinary.release();
                ControlSocket control = pair.ours();
                PidFd process = start(binary, pair, directory)) {
            Message answer = control.receive(TIMEOUT_MILLIS)
                    .orElseThrow(() -> new EOFException("launcher " + process.pid() + " ended without an answer"));
            process.awaitExit(TIMEOUT_MILLIS);
            process.reap();
            int errno = Integer.parseInt(answer.text().substring("failed ".length()));
            if (errno != 0) {
                throw new ErrnoException("mount_setattr(" + directory + ", MOUNT_ATTR_IDMAP)", errno);
            }
        }
    }

    private static PidFd start(ShimBinary binary, ControlSocket.Pair pair, Path directory) throws ErrnoException {
        try (Descriptor theirs = pair.theirs()) {
            return PidFd.open(Spawner.spawn(
                    binary.executable(),
                    List.of("coffer-shim", "--map-owners", directory.toString()),
                    List.of(),
                    Map.of(AGENT_FD, theirs.fd())));
        }
    }
}
