package dev.coffer.isolation;

import dev.coffer.container.Usage;

/** A {@link HostResource} that can say what its container uses. */
public interface ReportsUsage {
    /** Figures that cannot be read are absent. */
    Usage usage();
}
