/** Entry point of {@code ./dev bench}: chooses what is measured. */
@NullMarked
package dev.coffer.benchmarks;

import org.jspecify.annotations.NullMarked;
