/**
 * The terminal a person sits at, and the master of a container's own: its size, its mode, its bytes. What to copy where
 * is the caller's business.
 */
@NullMarked
package dev.coffer.linux.terminal;

import org.jspecify.annotations.NullMarked;
