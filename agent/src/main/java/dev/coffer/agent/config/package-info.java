/** What an operator can set. Nothing outside this package reads the environment. */
@NullMarked
package dev.coffer.agent.config;

import org.jspecify.annotations.NullMarked;
