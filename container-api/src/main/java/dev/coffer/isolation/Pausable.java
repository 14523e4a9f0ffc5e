package dev.coffer.isolation;

/** A {@link HostResource} that can stop all processes of its container and let them go on. */
public interface Pausable {
    /** Returns once none of them runs any more. Does nothing if they are stopped. */
    void pause();

    /** Does nothing if they run. */
    void resume();
}
