/** Tests of the package of the same name. */
@NullMarked
package dev.coffer.image.unpack;

import org.jspecify.annotations.NullMarked;
