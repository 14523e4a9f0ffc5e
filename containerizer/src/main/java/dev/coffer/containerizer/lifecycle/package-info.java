/**
 * The two sequences, launch and destroy, each one method to read from top to bottom, over an undo stack. What is on disk
 * belongs to {@code state}, waiting for exits to {@code supervise}.
 */
@NullMarked
package dev.coffer.containerizer.lifecycle;

import org.jspecify.annotations.NullMarked;
