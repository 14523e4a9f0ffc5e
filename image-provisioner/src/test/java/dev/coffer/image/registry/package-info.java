/** Tests of the package of the same name. */
@NullMarked
package dev.coffer.image.registry;

import org.jspecify.annotations.NullMarked;
