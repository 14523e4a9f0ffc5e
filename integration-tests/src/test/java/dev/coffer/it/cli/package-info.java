/** The installed {@code coffer} command as its users meet it: words, streams, signals, exit statuses. */
@NullMarked
package dev.coffer.it.cli;

import org.jspecify.annotations.NullMarked;
