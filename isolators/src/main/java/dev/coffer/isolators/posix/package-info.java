/** Figures of processes for hosts without cgroups, read from /proc. Nothing here limits anything. */
@NullMarked
package dev.coffer.isolators.posix;

import org.jspecify.annotations.NullMarked;
