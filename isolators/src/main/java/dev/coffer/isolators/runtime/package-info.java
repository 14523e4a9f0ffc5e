/**
 * What is run and as whom: the image's configuration merged with the request, and users and groups looked up in the
 * image's own files. What the user may do is told by {@code security}.
 */
@NullMarked
package dev.coffer.isolators.runtime;

import org.jspecify.annotations.NullMarked;
