package dev.coffer.isolators.volume;

import dev.coffer.flag.Flag;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolators.filesystem.FilesystemFlags;
import dev.coffer.isolators.secret.Secrets;
import dev.coffer.rootfs.RootfsProvider;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One {@code volume/<kind>}. All that are chosen are one pair of isolators, because a volume may be mounted below one of
 * another kind; the first of them makes it.
 */
public final class VolumesProvider implements IsolatorProvider {
    static final String HOST_PATH = "volume/host_path";
    static final String SANDBOX_PATH = "volume/sandbox_path";
    static final String IMAGE = "volume/image";
    static final String SECRET = "volume/secret";
    private static final List<String> KINDS = List.of(SANDBOX_PATH, HOST_PATH, IMAGE, SECRET);

    private final String name;
    private final RootfsProvider images;

    /**
     * A provider of one kind.
     *
     * @param images where those of image volumes come from
     */
    public VolumesProvider(String name, RootfsProvider images) {
        this.name = name;
        this.images = images;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Flag<?>> flags() {
        List<Flag<?>> flags = new ArrayList<>();
        flags.add(FilesystemFlags.SANDBOX_DIRECTORY);
        if (name.equals(HOST_PATH)) {
            flags.add(VolumeFlags.FORCE_CREATION);
        } else if (name.equals(SECRET)) {
            flags.addAll(Secrets.FLAGS);
        }
        return flags;
    }

    @Override
    public Set<String> requires() {
        return Set.of("filesystem/linux");
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        Set<String> kinds = new LinkedHashSet<>(KINDS);
        kinds.retainAll(setting.isolators());
        if (!kinds.iterator().next().equals(name)) {
            return List.of();
        }
        VolumeSources sources = new VolumeSources(
                kinds, setting.flags().get(VolumeFlags.FORCE_CREATION).orElse(List.of()), images, setting::sandbox);
        String sandboxDirectory = setting.flags()
                .get(FilesystemFlags.SANDBOX_DIRECTORY)
                .map(Object::toString)
                .orElse(FilesystemFlags.DEFAULT_SANDBOX_DIRECTORY);
        return List.of(sources, new VolumeMounts(sources, sandboxDirectory, Secrets.of(setting)));
    }
}
