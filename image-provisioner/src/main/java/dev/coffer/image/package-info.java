/**
 * The vocabulary of OCI images: references, digests, manifests, configurations. Immutable values and their parsers.
 *
 * <p>Nothing here does input or output, and nothing here imports a package below.
 */
@NullMarked
package dev.coffer.image;

import org.jspecify.annotations.NullMarked;
