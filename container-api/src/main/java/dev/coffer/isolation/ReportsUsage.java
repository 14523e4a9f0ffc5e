package dev.coffer.isolation;

import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import java.util.OptionalLong;

/** A {@link HostResource} that can say what its container uses. */
public interface ReportsUsage {
    /** Adds its figures; those that cannot be read are left out, never 0. Called often and for many containers. */
    void usage(Usage.Builder into);

    /** All its figures. */
    default Usage usage() {
        Usage.Builder builder = new Usage.Builder();
        usage(builder);
        return builder.build();
    }

    /** Only {@link Statistic#OOM_KILLS}: asked at every exit, of each resource until one knows. */
    default OptionalLong oomKills() {
        return OptionalLong.empty();
    }
}
