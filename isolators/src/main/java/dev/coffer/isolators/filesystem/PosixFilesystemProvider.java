package dev.coffer.isolators.filesystem;

import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import java.util.List;

/** {@code filesystem/posix}. */
public final class PosixFilesystemProvider implements IsolatorProvider {
    @Override
    public String name() {
        return PosixFilesystemIsolator.NAME;
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        return List.of(new PosixFilesystemIsolator(setting.has(SharedFilesystemProvider.NAME)));
    }
}
