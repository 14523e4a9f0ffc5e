/**
 * Volumes of CSI drivers, filling {@code dev.coffer.rootfs.VolumeProvider}. A driver that runs in a container is started
 * through {@code dev.coffer.container.Containerizer}, like any other.
 *
 * @see <a href="https://github.com/container-storage-interface/spec/blob/master/spec.md">CSI specification</a>
 */
@NullMarked
package dev.coffer.csi;

import org.jspecify.annotations.NullMarked;
