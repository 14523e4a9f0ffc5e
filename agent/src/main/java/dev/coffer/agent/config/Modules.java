package dev.coffer.agent.config;

import dev.coffer.isolation.IsolatorProvider;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * Isolators of other jars: on the class path of a program that embeds Coffer, or in {@code --modules_dir}. Their code runs
 * as root, so a directory or jar that anybody may write to is refused.
 */
final class Modules {
    private Modules() {}

    /**
     * All that there are; looks at every jar of the class path.
     *
     * @throws IllegalArgumentException if a jar cannot be used
     */
    static List<IsolatorProvider> load(Optional<Path> directory) {
        ClassLoader loader = loader(directory);
        try {
            List<IsolatorProvider> providers = new ArrayList<>();
            ServiceLoader.load(IsolatorProvider.class, loader).forEach(providers::add);
            return Collections.unmodifiableList(providers);
        } catch (ServiceConfigurationError e) {
            throw new IllegalArgumentException("cannot load isolators of other jars: " + e.getMessage(), e);
        }
    }

    /**
     * Finds classes of the class path and of the jars in {@code directory}. Stays open for as long as the process: what is
     * loaded by it loads further classes when it is used.
     *
     * @throws IllegalArgumentException if a jar cannot be used
     */
    static ClassLoader loader(Optional<Path> directory) {
        ClassLoader own = IsolatorProvider.class.getClassLoader();
        return directory.isPresent() ? new URLClassLoader(jars(directory.get()).toArray(new URL[0]), own) : own;
    }

    private static List<URL> jars(Path directory) {
        List<URL> jars = new ArrayList<>();
        requireOwn(directory);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, "*.jar")) {
            for (Path jar : entries) {
                requireOwn(jar);
                jars.add(jar.toUri().toURL());
            }
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("cannot use --modules_dir '" + directory + "': " + e.getMessage(), e);
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
        jars.sort((a, b) -> a.getPath().compareTo(b.getPath()));
        return jars;
    }

    private static void requireOwn(Path path) {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            if (permissions.contains(PosixFilePermission.OTHERS_WRITE)
                    || permissions.contains(PosixFilePermission.GROUP_WRITE)) {
                throw new IllegalArgumentException("cannot use --modules_dir: " + path
                        + " can be written by others than its owner; chmod go-w " + path);
            }
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static IllegalArgumentException unreadable(Path path, IOException cause) {
        return new IllegalArgumentException("cannot use --modules_dir: cannot read " + path + ": " + cause, cause);
    }
}
