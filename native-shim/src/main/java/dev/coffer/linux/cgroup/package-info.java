/**
 * Control groups, v1 and v2: which hierarchy carries a controller, and one directory of it as a handle.
 *
 * <p>Knows the file system and how to empty and remove a tree, not what any controller's files mean; limits and
 * statistics belong to the isolators.
 */
@NullMarked
package dev.coffer.linux.cgroup;

import org.jspecify.annotations.NullMarked;
