/** Tests of what is shown of images. */
@NullMarked
package dev.coffer.cli.image;

import org.jspecify.annotations.NullMarked;
