/**
 * Measures launch, run and removal of a container: the C floor, Coffer and other runtimes side by side, interleaved in
 * rounds. Only {@link dev.coffer.benchmarks.launch.LaunchBench} is public.
 */
@NullMarked
package dev.coffer.benchmarks.launch;

import org.jspecify.annotations.NullMarked;
