package dev.coffer.isolation;

import dev.coffer.container.Limitation;

/** Ends a container that went beyond a limit. Any thread may call it; it does not block. */
@FunctionalInterface
public interface LimitationListener {
    void exceeded(Limitation limitation);
}
