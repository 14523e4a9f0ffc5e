package dev.coffer.isolation;

import dev.coffer.container.ContainerId;
import dev.coffer.flag.FlagValues;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * What an isolator is made from.
 *
 * @param flags what the operator has set
 * @param isolators names of all that are chosen, in launch order
 * @param runtimeDirectory {@code --runtime_dir}: gone after a reboot; state of an isolator belongs below
 *     {@code isolators/<name>} of it
 * @param workDirectory {@code --work_dir}: survives a reboot
 * @param sandboxes holds the sandboxes, each named by its container's id
 * @param plugins finds what other jars provide, those of {@code --modules_dir} among them; asked only if it is needed
 */
public record IsolatorSetting(
        FlagValues flags,
        List<String> isolators,
        Path runtimeDirectory,
        Path workDirectory,
        Path sandboxes,
        Supplier<ClassLoader> plugins) {
    public IsolatorSetting {
        isolators = List.copyOf(isolators);
    }

    /** Without other jars than those of the class path. */
    public IsolatorSetting(
            FlagValues flags, List<String> isolators, Path runtimeDirectory, Path workDirectory, Path sandboxes) {
        this(flags, isolators, runtimeDirectory, workDirectory, sandboxes, IsolatorSetting.class::getClassLoader);
    }

    /** Whether an isolator of that name is chosen. */
    public boolean has(String isolator) {
        return isolators.contains(isolator);
    }

    /** The same with these isolators. */
    public IsolatorSetting with(List<String> chosen) {
        return new IsolatorSetting(flags, chosen, runtimeDirectory, workDirectory, sandboxes, plugins);
    }

    /** The container's sandbox on the host; the root file system's writable layer is {@code rootfs/upper} in it. */
    public Path sandbox(ContainerId id) {
        return sandboxes.resolve(id.value());
    }

    /** Where an isolator keeps what belongs to running containers; not made yet. */
    public Path stateDirectory(String isolator) {
        return runtimeDirectory.resolve("isolators").resolve(isolator);
    }
}
