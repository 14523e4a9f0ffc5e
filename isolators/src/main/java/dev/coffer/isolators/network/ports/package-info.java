/**
 * Ends containers that listen on ports of the host's network which are not theirs. Looks at the kernel's socket tables and at
 * the descriptors of the containers' processes from time to time; prevents nothing.
 */
@NullMarked
package dev.coffer.isolators.network.ports;

import org.jspecify.annotations.NullMarked;
