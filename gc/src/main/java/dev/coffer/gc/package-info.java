/**
 * Decides when and what is reclaimed, never how: what can be removed is handed over as {@code
 * dev.coffer.reclaim.Reclaimable} by whoever owns it, and removes itself.
 */
@NullMarked
package dev.coffer.gc;

import org.jspecify.annotations.NullMarked;
