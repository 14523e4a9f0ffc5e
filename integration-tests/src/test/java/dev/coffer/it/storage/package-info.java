/** Volumes and limits of disk space, as tasks see them. */
@NullMarked
package dev.coffer.it.storage;

import org.jspecify.annotations.NullMarked;
