/** Tests of the package of the same name. */
@NullMarked
package dev.coffer.image.backend;

import org.jspecify.annotations.NullMarked;
