/** Tests of what the runtime directory holds. */
@NullMarked
package dev.coffer.containerizer.state;

import org.jspecify.annotations.NullMarked;
