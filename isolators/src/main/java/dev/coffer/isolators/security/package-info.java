/**
 * What a task may do to the kernel: capabilities, no_new_privs, resource limits, the session keyring and the
 * system-call filter. Who the task is (user and groups) belongs to {@code runtime}, which asks here for the capability
 * sets.
 */
@NullMarked
package dev.coffer.isolators.security;

import org.jspecify.annotations.NullMarked;
