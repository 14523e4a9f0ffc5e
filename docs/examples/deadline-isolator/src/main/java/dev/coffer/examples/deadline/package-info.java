/**
 * The isolator {@code example/deadline}: ends a container that runs too long. Shows everything an isolator of another jar
 * needs, with nothing of Coffer but {@code container-api}.
 */
@NullMarked
package dev.coffer.examples.deadline;

import org.jspecify.annotations.NullMarked;
