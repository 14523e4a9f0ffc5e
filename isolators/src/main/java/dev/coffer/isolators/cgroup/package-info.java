/**
 * The isolators {@code cgroups/cpu}, {@code cgroups/mem} and {@code cgroups/pids}: one resource per container that owns
 * its cgroups, one class per controller and interface version. Which hierarchy carries what, and how a tree is emptied
 * and removed, is {@code dev.coffer.linux.cgroup}'s.
 */
@NullMarked
package dev.coffer.isolators.cgroup;

import org.jspecify.annotations.NullMarked;
