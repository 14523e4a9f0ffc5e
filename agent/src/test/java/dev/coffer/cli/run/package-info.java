/** What {@code coffer run} says by itself. */
@NullMarked
package dev.coffer.cli.run;

import org.jspecify.annotations.NullMarked;
