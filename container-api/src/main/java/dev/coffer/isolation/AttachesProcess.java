package dev.coffer.isolation;

/** A {@link HostResource} that must reach the container's first process from outside, such as its network namespace. */
public interface AttachesProcess {
    /**
     * Called once, after {@link HostResource#create}: all namespaces and mounts exist and the task's code has not run. A
     * failure fails the launch, and {@link HostResource#close} undoes whatever was done.
     *
     * @param pid the container's pid 1 as the host sees it
     */
    void attach(long pid);
}
