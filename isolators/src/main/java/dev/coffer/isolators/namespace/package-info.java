/**
 * Which kernel namespaces a container gets of its own and what is set inside them: host name and loopback.
 * Mounts belong to {@code filesystem}, interfaces other than loopback to the network isolators.
 */
@NullMarked
package dev.coffer.isolators.namespace;

import org.jspecify.annotations.NullMarked;
