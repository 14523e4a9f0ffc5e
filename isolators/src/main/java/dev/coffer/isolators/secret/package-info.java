/**
 * Values that only the task may see: {@code environment_secret} and the resolvers that are built in. A value is held for
 * the time of a launch, in memory, and handed on in the launcher's plan, which is a memory file.
 */
@NullMarked
package dev.coffer.isolators.secret;

import org.jspecify.annotations.NullMarked;
