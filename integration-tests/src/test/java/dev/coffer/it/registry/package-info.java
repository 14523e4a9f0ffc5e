/** Images that Coffer did not make, from a registry that it did not write. */
@NullMarked
package dev.coffer.it.registry;

import org.jspecify.annotations.NullMarked;
