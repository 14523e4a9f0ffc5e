package dev.coffer.cli.syntax;

import dev.coffer.container.ContainerSpec;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.Stdio;

/**
 * What {@code coffer run} was asked to do.
 *
 * @param spec with {@link Stdio.Inherit}; a terminal's size is not known from the words
 * @param networkChosen whether anything was said about the network, be it that there shall be none
 * @param interactive whether standard input is the task's
 * @param terminal whether the task gets a terminal
 * @param verbose whether to tell what became of it
 */
public record RunRequest(
        ContainerSpec spec, boolean networkChosen, boolean interactive, boolean terminal, boolean verbose) {
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

    /** The request with another network, now chosen. */
    public RunRequest in(IsolationSpec isolation) {
        ContainerSpec other = new ContainerSpec(
                spec.id(),
                spec.image(),
                spec.process(),
                spec.resources(),
                isolation,
                spec.security(),
                spec.stdio(),
                spec.sandbox());
        return new RunRequest(other, true, interactive, terminal, verbose);
    }
}
