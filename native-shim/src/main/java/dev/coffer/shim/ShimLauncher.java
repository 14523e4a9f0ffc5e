package dev.coffer.shim;

import dev.coffer.container.ContainerId;
import dev.coffer.isolation.LaunchPlan;
import dev.coffer.linux.process.ControlSocket;
import dev.coffer.linux.process.Descriptor;
import dev.coffer.linux.process.Descriptor.OpenMode;
import dev.coffer.linux.process.MemoryFile;
import dev.coffer.linux.process.PidFd;
import dev.coffer.linux.process.Spawner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Starts containers through the C launcher. Thread-safe. */
public final class ShimLauncher implements AutoCloseable {
    // Numbers of shim.h.
    private static final int PLAN_FD = 3;
    private static final int CONTROL_FD = 4;
    private static final int RUNTIME_FD = 5;

    private final ShimBinary binary;

    public ShimLauncher(ShimBinary binary) {
        this.binary = binary;
    }

    /**
     * Starts the launcher on a plan. The child is not ready yet: {@link Child#awaitReady} follows.
     *
     * @param runtimeDirectory where the supervisor leaves its records
     * @return a child that ends by itself if this process dies before {@link Child#release}
     */
    public Child start(ContainerId id, LaunchPlan plan, Path runtimeDirectory, StandardStreams streams)
            throws IOException {
        byte[] encoded = LaunchPlanEncoder.encode(plan);
        ControlSocket.Pair control = ControlSocket.pair();
        try (Descriptor planFile = MemoryFile.sealed("coffer-plan", encoded);
                Descriptor runtime = Descriptor.open(runtimeDirectory, OpenMode.DIRECTORY);
                Descriptor theirs = control.theirs()) {
            Map<Integer, Integer> descriptors = new HashMap<>(streams.numbers());
            descriptors.put(PLAN_FD, planFile.fd());
            descriptors.put(CONTROL_FD, theirs.fd());
            descriptors.put(RUNTIME_FD, runtime.fd());
            int pid = Spawner.spawn(binary.executable(), List.of("coffer-shim", id.value()), descriptors);
            return new Child(PidFd.open(pid), control.ours());
        } catch (IOException e) {
            control.ours().close();
            throw e;
        }
    }

    @Override
    public void close() {
        binary.close();
    }
}
