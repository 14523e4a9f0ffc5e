/**
 * Who we are to a registry: {@code config.json} of Docker and the programs it names.
 *
 * <p>What is secret here is in no text of any object, and in no message of any exception.
 */
@NullMarked
package dev.coffer.image.credentials;

import org.jspecify.annotations.NullMarked;
