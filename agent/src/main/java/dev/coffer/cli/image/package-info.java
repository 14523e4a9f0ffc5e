/** {@code coffer pull} and {@code coffer images}: what is in the store, and how far a pull has got. */
@NullMarked
package dev.coffer.cli.image;

import org.jspecify.annotations.NullMarked;
