package dev.coffer.isolators.cgroup;

/** A controller of which a container only has a cgroup of its own, for tools that select by it. */
record Membership(String kernelName) implements Controller {}
