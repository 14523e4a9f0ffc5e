/** Tests of the package of the same name. */
@NullMarked
package dev.coffer.image.store;

import org.jspecify.annotations.NullMarked;
