/**
 * Disk space of a container: how much its sandbox and the writable layers in it take, and what happens beyond the limit.
 */
@NullMarked
package dev.coffer.isolators.disk;

import org.jspecify.annotations.NullMarked;
