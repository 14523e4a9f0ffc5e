package dev.coffer.agent;

import dev.coffer.agent.config.HostConfig;
import dev.coffer.container.ContainerId;
import dev.coffer.rootfs.Rootfs;
import dev.coffer.rootfs.RootfsHandle;
import dev.coffer.rootfs.RootfsProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Root file systems as they would be: of images that are stored, with nothing made and nothing leased. */
final class StoredRootfs implements RootfsProvider {
    private final HostConfig config;

    StoredRootfs(HostConfig config) {
        this.config = config;
    }

    @Override
    public RootfsHandle rootfsFor(ContainerId id, Path sandbox) {
        return new RootfsHandle() {
            @Override
            public Rootfs create(String reference) {
                if (!Files.isDirectory(config.storeDirectory())) {
                    throw Images.absent(reference); // opening the store would make it
                }
                return Images.open(config).describe(reference, sandbox);
            }

            @Override
            public void close() {
                // nothing was made
            }
        };
    }

    @Override
    public Set<ContainerId> discover() {
        return Set.of();
    }
}
