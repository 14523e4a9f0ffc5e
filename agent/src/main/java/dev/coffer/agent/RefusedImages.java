package dev.coffer.agent;

import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Fault;
import dev.coffer.isolators.filesystem.PosixFilesystemIsolator;
import dev.coffer.rootfs.Rootfs;
import dev.coffer.rootfs.RootfsHandle;
import dev.coffer.rootfs.RootfsProvider;
import java.nio.file.Path;
import java.util.Set;

/**
 * For hosts whose isolators give every task the host's root: no image can be run. What an agent with other isolators made
 * can still be removed.
 */
final class RefusedImages implements RootfsProvider {
    private final RootfsProvider images;

    RefusedImages(RootfsProvider images) {
        this.images = images;
    }

    @Override
    public RootfsHandle rootfsFor(ContainerId id, Path sandbox) {
        RootfsHandle handle = images.rootfsFor(id, sandbox);
        return new RootfsHandle() {
            @Override
            public Rootfs create(String reference) {
                throw new ImageException(
                        Fault.USER_SPEC,
                        "cannot run image " + reference + " with " + PosixFilesystemIsolator.NAME
                                + ": a task has the host's root there; choose filesystem/linux in --isolation");
            }

            @Override
            public void close() {
                handle.close();
            }
        };
    }

    @Override
    public Set<ContainerId> discover() {
        return images.discover();
    }
}
