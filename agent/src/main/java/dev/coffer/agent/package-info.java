/** The composition root: wires every module into one host that can run containers. Only this package sees them all. */
@NullMarked
package dev.coffer.agent;

import org.jspecify.annotations.NullMarked;
