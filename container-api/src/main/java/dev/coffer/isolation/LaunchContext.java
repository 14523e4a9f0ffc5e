package dev.coffer.isolation;

import dev.coffer.container.ContainerSpec;
import dev.coffer.container.ImageConfig;
import dev.coffer.container.ImageFiles;
import java.nio.file.Path;

/**
 * What a plan is made from.
 *
 * @param image the image's configuration, {@link ImageConfig#EMPTY} without an image
 * @param files reads the root file system's own files
 * @param sandbox the container's sandbox directory on the host
 */
public record LaunchContext(ContainerSpec spec, ImageConfig image, ImageFiles files, Path sandbox) {}
