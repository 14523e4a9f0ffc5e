/** The flags of images, and what they come to. Documents in flags are read when they are first needed, not at start. */
@NullMarked
package dev.coffer.image.config;

import org.jspecify.annotations.NullMarked;
