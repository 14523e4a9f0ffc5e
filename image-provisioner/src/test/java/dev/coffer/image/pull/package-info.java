/** Tests of the package of the same name. */
@NullMarked
package dev.coffer.image.pull;

import org.jspecify.annotations.NullMarked;
