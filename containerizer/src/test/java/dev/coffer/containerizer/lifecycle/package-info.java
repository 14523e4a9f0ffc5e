/** Tests of the sequences that change a container. */
@NullMarked
package dev.coffer.containerizer.lifecycle;

import org.jspecify.annotations.NullMarked;
