package dev.coffer.rootfs;

import dev.coffer.container.ImageConfig;
import dev.coffer.container.ImageFiles;
import dev.coffer.isolation.LaunchStep;
import java.util.List;

/**
 * A root file system ready to be mounted by the launcher.
 *
 * @param mounts steps that leave the root mounted at the launch plan's root directory
 * @param config what the image asks for
 * @param files reads files of the image without mounting it
 */
public record Rootfs(List<LaunchStep> mounts, ImageConfig config, ImageFiles files) {
    public Rootfs {
        mounts = List.copyOf(mounts);
    }
}
