/** The shape of the whole code base as failing tests. Looks at every production class of every module. */
@NullMarked
package dev.coffer.agent.architecture;

import org.jspecify.annotations.NullMarked;
