/**
 * Devices that some containers have and others have not: the node in {@code /dev} and the permission of the cgroup always
 * go together. {@code linux/devices} for those that a request or the operator names, {@code gpu/nvidia} for GPUs that are
 * handed out one to a container.
 */
@NullMarked
package dev.coffer.isolators.device;

import org.jspecify.annotations.NullMarked;
