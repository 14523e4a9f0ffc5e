package dev.coffer.isolators;

import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Fault;
import dev.coffer.rootfs.Rootfs;
import dev.coffer.rootfs.RootfsHandle;
import dev.coffer.rootfs.RootfsProvider;
import java.nio.file.Path;
import java.util.Set;

/** For catalogues that are only read. */
final class NoImages implements RootfsProvider {
    @Override
    public RootfsHandle rootfsFor(ContainerId id, Path sandbox) {
        return new RootfsHandle() {
            @Override
            public Rootfs create(String reference) {
                throw new ImageException(Fault.INTERNAL, "cannot find image " + reference + ": there is no store");
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
