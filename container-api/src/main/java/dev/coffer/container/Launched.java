package dev.coffer.container;

import java.util.OptionalInt;

/**
 * A container whose task runs.
 *
 * @param pid the container's pid 1 as the host sees it
 * @param terminalFd the master of its terminal, owned by the caller, if one was asked for
 */
public record Launched(ContainerId id, long pid, OptionalInt terminalFd) {}
