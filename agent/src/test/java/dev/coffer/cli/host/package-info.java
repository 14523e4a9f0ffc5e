/** Tests of what is said about a host. */
@NullMarked
package dev.coffer.cli.host;

import org.jspecify.annotations.NullMarked;
