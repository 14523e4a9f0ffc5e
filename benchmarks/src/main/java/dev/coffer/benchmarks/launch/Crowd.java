package dev.coffer.benchmarks.launch;

import java.io.IOException;
import java.util.Optional;

/** Other containers, asleep; a host has many more mounts, cgroups and network namespaces with them. */
final class Crowd implements AutoCloseable {
    private final CofferHost host;

    private Crowd(CofferHost host) {
        this.host = host;
    }

    static Crowd of(int size, CofferHost host, Optional<String> image) throws IOException, InterruptedException {
        Crowd crowd = new Crowd(host);
        try {
            for (int i = 0; i < size; i++) {
                host.containers()
                        .launch(CofferHost.spec(
                                "crowd" + i, image, true, Busybox.command(image.isPresent(), "sleep", "100000")));
            }
            return crowd;
        } catch (RuntimeException e) {
            crowd.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        host.removeAll();
    }
}
