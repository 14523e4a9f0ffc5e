/** Tests of the fd-relative file operations. */
@NullMarked
package dev.coffer.linux.fs;

import org.jspecify.annotations.NullMarked;
