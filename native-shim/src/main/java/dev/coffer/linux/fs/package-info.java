/**
 * File operations relative to an open directory, which no symlink, mount or rename behind our back can redirect.
 *
 * <p>For trees that hold untrusted names: image layers, writable layers, volumes. Names are bytes here, as the kernel has
 * them. Mounting belongs to the sibling package for mounts.
 */
@NullMarked
package dev.coffer.linux.fs;

import org.jspecify.annotations.NullMarked;
