/** Tests of what the words of a command line mean. */
@NullMarked
package dev.coffer.cli.syntax;

import org.jspecify.annotations.NullMarked;
