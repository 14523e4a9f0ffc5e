/**
 * Hashes and decompressors that the host's libraries bring, where they beat those of the JVM.
 *
 * <p>Public: {@link dev.coffer.linux.codec.NativeHash} and {@link dev.coffer.linux.codec.IsalGzip}. Both are optional:
 * callers have a way without them.
 */
@NullMarked
package dev.coffer.linux.codec;

import org.jspecify.annotations.NullMarked;
