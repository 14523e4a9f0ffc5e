/**
 * What a container sees at its root: kernel file systems, devices, volumes, hidden paths, and the host's own root when
 * there is no image. Image layers belong to image-provisioner; which cgroup hierarchies exist is told by the caller.
 */
@NullMarked
package dev.coffer.isolators.filesystem;

import org.jspecify.annotations.NullMarked;
