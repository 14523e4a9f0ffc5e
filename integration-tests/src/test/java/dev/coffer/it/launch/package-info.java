/** Containers on the real kernel. */
@NullMarked
package dev.coffer.it.launch;

import org.jspecify.annotations.NullMarked;
