package dev.coffer.isolators.posix;

import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import java.nio.file.Path;
import java.util.List;

/** {@code posix/cpu} and {@code posix/mem}. Both that are chosen are one isolator, made by the first. */
public final class PosixUsageProvider implements IsolatorProvider {
    static final String CPU = "posix/cpu";
    static final String MEM = "posix/mem";

    private final String name;

    public PosixUsageProvider(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        if (name.equals(MEM) && setting.has(CPU)) {
            return List.of();
        }
        return List.of(new PosixUsageIsolator(
                setting.has(CPU), setting.has(MEM), setting.stateDirectory("posix"), Path.of("/proc")));
    }
}
