package dev.coffer.isolation;

import dev.coffer.container.Limitation;
import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import java.util.Optional;
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

    /** What packets of the container are marked with, if they are: the class of {@code net_cls}. */
    default OptionalLong networkClass() {
        return OptionalLong.empty();
    }

    /**
     * What the container used when it last ran out of memory: the message is a breakdown, the resource as of a limitation.
     * Asked after the end of a task that the kernel killed for memory.
     */
    default Optional<Limitation> outOfMemory() {
        return Optional.empty();
    }
}
