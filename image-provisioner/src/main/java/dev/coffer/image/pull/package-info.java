/**
 * From a reference to a stored image: picks the source, fetches and unpacks what is missing, records the image.
 *
 * <p>The façade over source, registry, unpack and store; the only place where their failures become an
 * {@code ImageException}.
 */
@NullMarked
package dev.coffer.image.pull;

import org.jspecify.annotations.NullMarked;
