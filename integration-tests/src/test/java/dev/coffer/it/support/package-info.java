/** What the stories share: a host of their own, a real image, and a look at what is left. */
@NullMarked
package dev.coffer.it.support;

import org.jspecify.annotations.NullMarked;
