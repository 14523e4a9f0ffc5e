/**
 * System-call filters: values that describe one, and the compiler that turns them into classic BPF (libseccomp).
 *
 * <p>Which calls a container may make is decided elsewhere; installing the program is the C launcher's work.
 */
@NullMarked
package dev.coffer.linux.seccomp;

import org.jspecify.annotations.NullMarked;
