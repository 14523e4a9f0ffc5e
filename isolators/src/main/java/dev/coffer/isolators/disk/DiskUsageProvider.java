package dev.coffer.isolators.disk;

import dev.coffer.flag.Flag;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.linux.quota.ProjectQuotas;
import java.util.List;

/** {@code disk/du}, {@code posix/disk} of old. */
public final class DiskUsageProvider implements IsolatorProvider {
    static final String NAME = "disk/du";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(DiskFlags.WATCH_INTERVAL, DiskFlags.ENFORCE);
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        return List.of(new DiskUsageIsolator(
                new DiskLimits(setting.stateDirectory(NAME)),
                setting::sandbox,
                new SpaceTaken(ProjectQuotas.ofThisKernel()),
                new DiskWatch("coffer-disk-usage", setting.flags().get(DiskFlags.WATCH_INTERVAL)),
                setting.flags().get(DiskFlags.ENFORCE)));
    }
}
