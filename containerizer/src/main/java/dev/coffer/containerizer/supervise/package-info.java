/** Waiting for containers to end: one thread and one epoll set over all of them. */
@NullMarked
package dev.coffer.containerizer.supervise;

import org.jspecify.annotations.NullMarked;
