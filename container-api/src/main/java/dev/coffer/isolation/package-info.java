/**
 * What an isolator may say: launch steps for the child, or resources on the host that live as long as the container.
 * Contracts and immutable values only.
 */
@NullMarked
package dev.coffer.isolation;

import org.jspecify.annotations.NullMarked;
