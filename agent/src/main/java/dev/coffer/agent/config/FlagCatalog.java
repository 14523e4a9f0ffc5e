package dev.coffer.agent.config;

import dev.coffer.flag.Flag;
import dev.coffer.flag.Nearest;
import dev.coffer.image.config.ImageFlags;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolators.IsolatorCatalog;
import dev.coffer.isolators.host.HostFacts;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every flag of the agent: the host's, those of images, those of built-in isolators in launch order, those of other jars. Looked up in this
 * order and no further than needed, for most starts set few flags. For one thread.
 */
public final class FlagCatalog {
    private final Optional<Path> modulesDirectory;
    private @Nullable Map<String, Flag<?>> builtIn;
    private @Nullable Map<String, Flag<?>> all;

    /**
     * A catalogue.
     *
     * @param modulesDirectory value of {@code --modules_dir}
     */
    public FlagCatalog(Optional<Path> modulesDirectory) {
        this.modulesDirectory = modulesDirectory;
    }

    /**
     * The flag of that name, {@code work_dir}.
     *
     * @throws IllegalArgumentException if it is not built in and a jar cannot be used
     */
    public Optional<Flag<?>> find(String name) {
        for (Flag<?> flag : HostFlags.ALL) {
            if (flag.name().equals(name)) {
                return Optional.of(flag);
            }
        }
        Flag<?> flag = builtIn().get(name);
        return Optional.ofNullable(flag == null ? all().get(name) : flag);
    }

    /** Flags that Coffer itself has, by name. */
    public Map<String, Flag<?>> builtIn() {
        if (builtIn == null) {
            builtIn = flagsWith(List.of());
        }
        return builtIn;
    }

    /**
     * Those and the flags of isolators of other jars.
     *
     * @throws IllegalArgumentException if a jar cannot be used
     */
    public Map<String, Flag<?>> all() {
        if (all == null) {
            all = flagsWith(Modules.load(modulesDirectory));
        }
        return all;
    }

    private static Map<String, Flag<?>> flagsWith(List<IsolatorProvider> others) {
        Map<String, Flag<?>> flags = new LinkedHashMap<>();
        HostFlags.ALL.forEach(flag -> flags.put(flag.name(), flag));
        ImageFlags.ALL.forEach(flag -> flags.put(flag.name(), flag));
        new IsolatorCatalog(HostFacts.ofThisHost(), others).flags().forEach(flags::putIfAbsent);
        return flags;
    }

    /** The flag that somebody may have meant. */
    public Optional<String> nearest(String name) {
        return Nearest.of(name, all().keySet());
    }
}
