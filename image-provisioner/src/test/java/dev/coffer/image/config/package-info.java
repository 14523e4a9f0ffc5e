/** Tests of the package of the same name. */
@NullMarked
package dev.coffer.image.config;

import org.jspecify.annotations.NullMarked;
