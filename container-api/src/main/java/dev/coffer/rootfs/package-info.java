/**
 * Ports through which a container gets its files: root file systems, filled by image-provisioner, and volumes, to be
 * filled by csi-volumes.
 */
@NullMarked
package dev.coffer.rootfs;

import org.jspecify.annotations.NullMarked;
