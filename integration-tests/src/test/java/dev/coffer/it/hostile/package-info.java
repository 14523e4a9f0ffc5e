/** What tasks and images try in order to get out, each attempt a test that is named after it. */
@NullMarked
package dev.coffer.it.hostile;

import org.jspecify.annotations.NullMarked;
