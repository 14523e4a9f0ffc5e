/** Tests of waiting for containers to end. */
@NullMarked
package dev.coffer.containerizer.supervise;

import org.jspecify.annotations.NullMarked;
