/**
 * Both Java ends of the launcher's wire: the plan that goes in, the reports that come out, and the records its
 * supervisor leaves. The C end is in {@code src/main/c}; docs/adr/0002 describes the format.
 */
@NullMarked
package dev.coffer.shim;

import org.jspecify.annotations.NullMarked;
