/**
 * The nouns every module shares: what a container is asked to be, what became of it and how it can fail. Immutable
 * records, no I/O.
 */
@NullMarked
package dev.coffer.container;

import org.jspecify.annotations.NullMarked;
