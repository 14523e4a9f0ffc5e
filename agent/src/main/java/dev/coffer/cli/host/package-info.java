/** Subcommands about this host and this program: what it can do, what was left behind, which version it is. */
@NullMarked
package dev.coffer.cli.host;

import org.jspecify.annotations.NullMarked;
