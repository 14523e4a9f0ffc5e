/** Tests of the package of the same name. */
@NullMarked
package dev.coffer.image.signature;

import org.jspecify.annotations.NullMarked;
