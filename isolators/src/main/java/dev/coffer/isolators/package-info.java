/** The list of all isolators. A façade: it knows every package below, and none of them knows it. */
@NullMarked
package dev.coffer.isolators;

import org.jspecify.annotations.NullMarked;
