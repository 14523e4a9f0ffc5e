/** The values of flags as people write them. */
@NullMarked
package dev.coffer.flag;

import org.jspecify.annotations.NullMarked;
