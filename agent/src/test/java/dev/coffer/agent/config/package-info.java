/** Flags as an operator meets them: their values, and the page that lists them. */
@NullMarked
package dev.coffer.agent.config;

import org.jspecify.annotations.NullMarked;
