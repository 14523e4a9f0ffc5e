package dev.coffer.isolation;

/** A {@link HostResource} that can find its container beyond a limit while it runs. */
public interface LimitsAtRunTime {
    /**
     * Starts watching, until {@link HostResource#close}. Called once the task runs, by the process that launched it and by
     * one that recovered it. Returns at once: the watching is done on a thread that all containers of the isolator share.
     *
     * @param listener told at most once
     */
    void watch(LimitationListener listener);
}
