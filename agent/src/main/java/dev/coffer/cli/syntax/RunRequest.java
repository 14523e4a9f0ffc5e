package dev.coffer.cli.syntax;

import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Stdio;

/**
 * What {@code coffer run} was asked to do.
 *
 * @param spec with {@link Stdio.Inherit}; a terminal's size is not known from the words
 * @param interactive whether standard input is the task's
 * @param terminal whether the task gets a terminal
 * @param verbose whether to tell what became of it
 */
public record RunRequest(ContainerSpec spec, boolean interactive, boolean terminal, boolean verbose) {
    /** The spec with other standard streams. */
    public ContainerSpec specWith(Stdio stdio) {
        return new ContainerSpec(
                spec.id(),
                spec.image(),
                spec.process(),
                spec.resources(),
                spec.isolation(),
                spec.security(),
                stdio,
                spec.sandbox());
    }
}
