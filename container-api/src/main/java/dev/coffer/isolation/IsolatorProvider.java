package dev.coffer.isolation;

import dev.coffer.flag.Flag;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One name that {@code --isolation} understands: what it needs and how it is made.
 *
 * <p>Built-in ones are listed in the catalogue. One of another jar is found through {@link java.util.ServiceLoader}, on the
 * class path or in {@code --modules_dir}; it needs a public constructor without arguments, and its isolators come after
 * the built-in ones, in the order of {@code --isolation}.
 */
public interface IsolatorProvider {
    /** {@code family/thing}, or for one that is not built in any letters, digits, '_', '-', '.' and '/'. */
    String name();

    /** The flags that it reads. One that several isolators share is declared by each of them as the same constant. */
    default List<Flag<?>> flags() {
        return List.of();
    }

    /** Other isolators that must be chosen along with it. */
    default Set<String> requires() {
        return Set.of();
    }

    /**
     * What this host lacks for it and how to get it, {@code <what is missing>; <what to do>}. Looks quickly and changes
     * nothing. An isolator that misses something is left out of the default {@code --isolation}, which is said, and is
     * refused if it was named.
     */
    default Optional<String> missing(IsolatorSetting setting) {
        return Optional.empty();
    }

    /**
     * Whether it stays in the default although something is missing, because it refuses by name the requests that it
     * cannot meet and does nothing for others.
     */
    default boolean refusesWhatItCannotDo() {
        return false;
    }

    /**
     * The isolators of this name; none if those made for another name do its work too. Makes nothing on the host, for
     * {@code explain} and {@code doctor} call it: what must exist before the first container is made along with that.
     *
     * @throws dev.coffer.container.ContainerException.IsolationException if the agent must not start with these flags on
     *     this host, even if nobody named this isolator
     */
    List<Isolator> create(IsolatorSetting setting);

    /** For an isolator that reads no flags and needs nothing of the host. */
    static IsolatorProvider of(Isolator isolator) {
        return new IsolatorProvider() {
            @Override
            public String name() {
                return isolator.name();
            }

            @Override
            public List<Isolator> create(IsolatorSetting setting) {
                return List.of(isolator);
            }
        };
    }
}
