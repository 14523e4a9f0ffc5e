/** The end of containers: by themselves, by signals, by destroy, many times over. */
@NullMarked
package dev.coffer.it.destroy;

import org.jspecify.annotations.NullMarked;
