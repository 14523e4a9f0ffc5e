/** What every host isolator must satisfy, as abstract test classes that each isolator's own tests extend. */
@NullMarked
package dev.coffer.isolators.contract;

import org.jspecify.annotations.NullMarked;
