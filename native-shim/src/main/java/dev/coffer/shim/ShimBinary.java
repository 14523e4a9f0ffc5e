package dev.coffer.shim;

import dev.coffer.linux.Machine;
import dev.coffer.linux.process.Descriptor;
import dev.coffer.linux.process.MemoryFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The launcher's executable, copied into a sealed memory file: a container that reaches it through
 * {@code /proc/<pid>/exe} cannot change what the next container is started by (CVE-2019-5736).
 */
public final class ShimBinary implements AutoCloseable {
    private final Descriptor executable;

    private ShimBinary(Descriptor executable) {
        this.executable = executable;
    }

    /** The one that was built with this jar, for this machine's architecture. */
    public static ShimBinary release() throws IOException {
        String arch = Machine.architecture();
        String resource = "coffer-shim-" + arch;
        try (InputStream in = ShimBinary.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException(
                        "cannot load launcher " + resource + ": this build of Coffer has none for " + arch);
            }
            return new ShimBinary(MemoryFile.sealed("coffer-shim", in.readAllBytes()));
        }
    }

    /** Another build of it, for tests. */
    public static ShimBinary of(Path file) throws IOException {
        return new ShimBinary(MemoryFile.sealed("coffer-shim", Files.readAllBytes(file)));
    }

    Descriptor executable() {
        return executable;
    }

    @Override
    public void close() {
        executable.close();
    }
}
