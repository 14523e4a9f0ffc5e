/**
 * Reads tar streams nobody vouches for: ustar, PAX, GNU and sparse entries, with names and attributes kept as bytes.
 *
 * <p>Only parses; what may be written where is decided by {@code dev.coffer.image.unpack}. There is one parser, so that
 * no second one can disagree with it about where an entry begins.
 */
@NullMarked
package dev.coffer.image.tar;

import org.jspecify.annotations.NullMarked;
