/**
 * The words of the command line: what a subcommand is, the options it has, and what they mean as a request. Touches
 * nothing on the host; every problem of a command line is found before the first is reported.
 */
@NullMarked
package dev.coffer.cli.syntax;

import org.jspecify.annotations.NullMarked;
