/**
 * The {@code coffer} command: finds the subcommand, builds the model of that one only, and turns every failure into one
 * line and an exit status. The subcommands are in the packages below and share {@code syntax}.
 */
@NullMarked
package dev.coffer.cli;

import org.jspecify.annotations.NullMarked;
