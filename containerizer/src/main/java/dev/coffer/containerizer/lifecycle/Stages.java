package dev.coffer.containerizer.lifecycle;

import dev.coffer.isolation.LaunchPlan;

/** Told of every stage of launch and destroy before it begins, on the thread that performs it. */
@FunctionalInterface
public interface Stages {
    Stages NONE = stage -> {};

    /**
     * A stage is about to begin.
     *
     * @param stage {@code launch:<name>}, {@code undo:<name>} or {@code recover:<name>}
     */
    void reached(String stage);

    /** The plan of a launch is made; its steps come next. */
    default void planned(LaunchPlan plan) {}
}
