/**
 * Attaches containers to networks through plugins of the Container Network Interface: reads the operator's configuration
 * anew for each container, runs ADD, CHECK and DEL, and keeps on disk what DEL needs after a crash or a reboot. What a
 * plugin prints is not trusted. JSON is read only for containers that have a network.
 *
 * @see <a href="https://www.cni.dev/docs/spec/">CNI specification</a>
 */
@NullMarked
package dev.coffer.isolators.network.cni;

import org.jspecify.annotations.NullMarked;
