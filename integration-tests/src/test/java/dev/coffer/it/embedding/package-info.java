/** What docs/embedding.md quotes, kept compiling and running. */
@NullMarked
package dev.coffer.it.embedding;

import org.jspecify.annotations.NullMarked;
