/** What is on disk about a container and why: every path, every record and its format. */
@NullMarked
package dev.coffer.containerizer.state;

import org.jspecify.annotations.NullMarked;
