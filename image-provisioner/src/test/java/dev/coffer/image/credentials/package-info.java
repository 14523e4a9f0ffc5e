/** Tests of the package of the same name. */
@NullMarked
package dev.coffer.image.credentials;

import org.jspecify.annotations.NullMarked;
