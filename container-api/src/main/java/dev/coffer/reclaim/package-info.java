/** What the garbage collector may ask of the things it reclaims, and must respect. */
@NullMarked
package dev.coffer.reclaim;

import org.jspecify.annotations.NullMarked;
