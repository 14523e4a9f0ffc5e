/**
 * What a container sees besides its root: files of the host, directories of its sandbox, images. Where a volume may be
 * mounted is decided here; how a path is resolved beneath an untrusted root is the launcher's.
 */
@NullMarked
package dev.coffer.isolators.volume;

import org.jspecify.annotations.NullMarked;
