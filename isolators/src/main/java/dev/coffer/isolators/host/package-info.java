/** What isolators know of the machine before any container exists. Looked up once and only if somebody asks. */
@NullMarked
package dev.coffer.isolators.host;

import org.jspecify.annotations.NullMarked;
