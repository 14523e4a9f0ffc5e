/** The façade over a container's life: launch, watch, destroy and recover, wired together. */
@NullMarked
package dev.coffer.containerizer;

import org.jspecify.annotations.NullMarked;
