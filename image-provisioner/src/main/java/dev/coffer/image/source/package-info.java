/**
 * Where images come from: the port every source fills, and the sources that are local files.
 *
 * <p>A source hands out bytes and says which digest they must have. Registries are a package of their own.
 */
@NullMarked
package dev.coffer.image.source;

import org.jspecify.annotations.NullMarked;
