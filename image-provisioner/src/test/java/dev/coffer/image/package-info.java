/** Tests of the package of the same name. */
@NullMarked
package dev.coffer.image;

import org.jspecify.annotations.NullMarked;
