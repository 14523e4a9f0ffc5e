/** The isolator without Coffer around it; what it does to a container is tested with the other stories. */
@NullMarked
package dev.coffer.examples.deadline;

import org.jspecify.annotations.NullMarked;
