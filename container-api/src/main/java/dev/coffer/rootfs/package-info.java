/** Ports through which the containerizer gets root file systems; filled by image-provisioner. */
@NullMarked
package dev.coffer.rootfs;

import org.jspecify.annotations.NullMarked;
