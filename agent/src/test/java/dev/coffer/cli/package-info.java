/** Tests of the command line as a whole, without a host. */
@NullMarked
package dev.coffer.cli;

import org.jspecify.annotations.NullMarked;
