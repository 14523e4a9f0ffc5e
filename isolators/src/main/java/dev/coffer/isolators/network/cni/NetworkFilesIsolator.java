package dev.coffer.isolators.network.cni;

import dev.coffer.container.ContainerSpec;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.isolation.LaunchContext;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.Bind;
import dev.coffer.isolation.MountFlag;
import dev.coffer.isolation.PlanIsolator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code /etc/hosts}, {@code hostname} and {@code resolv.conf}, read-only: generated ones in a CNI network, the host's for
 * an image on the host's network. A volume at one of these places wins.
 */
final class NetworkFilesIsolator implements PlanIsolator {
    private static final Set<MountFlag> INERT =
            EnumSet.of(MountFlag.RDONLY, MountFlag.NOSUID, MountFlag.NODEV, MountFlag.NOEXEC);

    private final NetworkState state;

    NetworkFilesIsolator(NetworkState state) {
        this.state = state;
    }

    @Override
    public String name() {
        return CniSetup.NAME;
    }

    @Override
    public List<LaunchStep> plan(LaunchContext context) {
        ContainerSpec spec = context.spec();
        if (spec.isolation().network() == NetworkMode.NONE) {
            return List.of();
        }
        List<LaunchStep> steps = new ArrayList<>();
        for (String name : EtcFiles.NAMES) {
            String target = "/etc/" + name;
            boolean volume = spec.isolation().volumes().stream()
                    .anyMatch(each ->
                            Path.of(each.containerPath()).normalize().toString().equals(target));
            Optional<Path> source = volume ? Optional.empty() : source(spec, name);
            source.ifPresent(path -> steps.add(new Bind(path, target, INERT)));
        }
        return steps;
    }

    private Optional<Path> source(ContainerSpec spec, String name) {
        NetworkMode mode = spec.isolation().network();
        if (mode == NetworkMode.CNI) {
            return Optional.of(state.file(spec.id(), name));
        }
        // a host name of its own has been set, or not: the image's file says no less than the host's
        if (mode != NetworkMode.HOST || spec.image().isEmpty() || name.equals("hostname")) {
            return Optional.empty();
        }
        try {
            Path real = Path.of("/etc", name).toRealPath();
            return Files.isRegularFile(real) ? Optional.of(real) : Optional.empty();
        } catch (IOException hostHasNone) {
            return Optional.empty();
        }
    }
}
