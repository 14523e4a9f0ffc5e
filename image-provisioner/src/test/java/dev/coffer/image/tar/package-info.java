/** Tests of the package of the same name. */
@NullMarked
package dev.coffer.image.tar;

import org.jspecify.annotations.NullMarked;
