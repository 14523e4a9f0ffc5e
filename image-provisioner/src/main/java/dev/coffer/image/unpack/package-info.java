/**
 * From a layer's blob to a directory in overlay form, trusting nothing of the blob.
 *
 * <p>Every file operation goes through {@code dev.coffer.linux.fs}. Where layers are kept is not known here.
 */
@NullMarked
package dev.coffer.image.unpack;

import org.jspecify.annotations.NullMarked;
