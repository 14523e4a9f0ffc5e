/**
 * What an operator can set: a flag is declared once, next to the code that reads it, with its name, value syntax, default
 * and help; values are immutable and typed. Where the texts come from (command line, environment, file) is the agent's.
 */
@NullMarked
package dev.coffer.flag;

import org.jspecify.annotations.NullMarked;
