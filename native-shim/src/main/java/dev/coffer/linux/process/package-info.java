/**
 * Starting, signalling and watching processes, and the descriptors that go along: sealed memory files and sockets.
 * Spawning the launcher is here; what the launcher is told belongs to {@code dev.coffer.shim}.
 */
@NullMarked
package dev.coffer.linux.process;

import org.jspecify.annotations.NullMarked;
