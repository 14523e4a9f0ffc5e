/** Containers in networks, with Debian's CNI plugins. */
@NullMarked
package dev.coffer.it.network;

import org.jspecify.annotations.NullMarked;
