/** Tests of the package of the same name. */
@NullMarked
package dev.coffer.image.source;

import org.jspecify.annotations.NullMarked;
