/**
 * What the running kernel can do, found out by asking it: calls with arguments that it must refuse, so that nothing
 * happens. Versions are never compared, for distributions carry features back.
 */
@NullMarked
package dev.coffer.linux.probe;

import org.jspecify.annotations.NullMarked;
