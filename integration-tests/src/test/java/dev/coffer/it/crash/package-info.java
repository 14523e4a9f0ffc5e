/** The agent killed at every point of a launch and a destroy. */
@NullMarked
package dev.coffer.it.crash;

import org.jspecify.annotations.NullMarked;
