/** {@code coffer run} and {@code coffer explain}: one container from its words to its exit status, in the foreground. */
@NullMarked
package dev.coffer.cli.run;

import org.jspecify.annotations.NullMarked;
