/** What it costs to ask many running containers for their usage, as an agent does every few seconds. */
@NullMarked
package dev.coffer.benchmarks.usage;

import org.jspecify.annotations.NullMarked;
