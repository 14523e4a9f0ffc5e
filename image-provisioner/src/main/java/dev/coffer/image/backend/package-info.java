/**
 * From the layers of a stored image to a root file system the launcher can mount.
 *
 * <p>Nothing is mounted here: the container does that in its own mount namespace.
 */
@NullMarked
package dev.coffer.image.backend;

import org.jspecify.annotations.NullMarked;
