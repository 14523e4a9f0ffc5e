package dev.coffer.isolators.filesystem;

import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import java.util.List;
import java.util.Set;

/** {@code filesystem/shared}. */
public final class SharedFilesystemProvider implements IsolatorProvider {
    public static final String NAME = "filesystem/shared";

    @Override
    public String name() {
        return NAME;
    }

    /** With a root of its own, a container has its volumes from {@code volume/host_path}. */
    @Override
    public Set<String> requires() {
        return Set.of(PosixFilesystemIsolator.NAME);
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        return List.of(new SharedDirectories(setting::sandbox), new SharedFilesystemIsolator());
    }
}
