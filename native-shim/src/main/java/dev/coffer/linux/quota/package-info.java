/**
 * Project quotas: an id on the files of a tree, by which the file system counts and limits the space they take. One
 * interface for ext4 and XFS, which answer the same calls.
 */
@NullMarked
package dev.coffer.linux.quota;

import org.jspecify.annotations.NullMarked;
