/**
 * The Linux edge: vocabulary shared by the kernel-area packages below, which alone touch JNA and jnr-posix.
 *
 * <p>This package imports none of its children. {@code fork}, {@code clone}, {@code unshare} and {@code setns} are never
 * bound for the JVM itself: namespaces and credentials change only in the C launcher.
 */
@NullMarked
package dev.coffer.linux;

import org.jspecify.annotations.NullMarked;
