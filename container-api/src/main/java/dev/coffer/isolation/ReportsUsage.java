package dev.coffer.isolation;

import dev.coffer.container.Usage;
import java.util.OptionalLong;

/** A {@link HostResource} that can say what its container uses. */
public interface ReportsUsage {
    /** Figures that cannot be read are absent. */
    Usage usage();

    /** Only {@link Usage#oomKills}: asked at every exit, and cheaper to have alone. */
    default OptionalLong oomKills() {
        return usage().oomKills();
    }
}
