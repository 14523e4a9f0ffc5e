/** Agents that were given a part of the host's cgroups only: by systemd, or by a container of Coffer that they run in. */
@NullMarked
package dev.coffer.it.delegation;

import org.jspecify.annotations.NullMarked;
