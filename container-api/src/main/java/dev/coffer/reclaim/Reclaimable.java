package dev.coffer.reclaim;

import java.util.OptionalLong;

/** Something on disk that nothing needs any more once it is old enough. */
public interface Reclaimable {
    /** For the operator: kind and name, such as {@code sandbox web-3}. */
    String describe();

    /** When it stopped being needed, in milliseconds since the epoch. */
    long idleSinceMillis();

    /** Bytes that removing it frees, if that is known without walking it. */
    OptionalLong bytes();

    /** Whether somebody is using it now; a leased thing must not be removed. */
    boolean leased();

    /** Removes it. Idempotent; a missing path is success. */
    void reclaim();
}
