package dev.coffer.isolators.device;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.flag.Flag;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolators.cgroup.DeviceAccess;
import dev.coffer.isolators.host.HostFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code gpu/nvidia}. */
public final class NvidiaProvider implements IsolatorProvider {
    public static final String NAME = "gpu/nvidia";

    private final HostFacts host;

    public NvidiaProvider(HostFacts host) {
        this.host = host;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(NvidiaFlags.DEVICES);
    }

    @Override
    public Set<String> requires() {
        return Set.of("filesystem/linux", "cgroups/devices");
    }

    @Override
    public Optional<String> missing(IsolatorSetting setting) {
        NvidiaHost nvidia = new NvidiaHost(host);
        if (!nvidia.hasDriver()) {
            return Optional.of(
                    "there is no " + NvidiaHost.CONTROL + "; install NVIDIA's driver and run nvidia-modprobe -u -c 0");
        }
        return nvidia.minors().isEmpty()
                ? Optional.of("the NVIDIA driver shows no GPU; run nvidia-modprobe -c 0, and nvidia-smi to see why")
                : Optional.empty();
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        NvidiaHost nvidia = new NvidiaHost(host);
        GpuAllotment allotment = new GpuAllotment(setting.stateDirectory(NAME));
        List<Integer> minors = chosen(nvidia, setting);
        return List.of(
                new GpuPermissions(nvidia, allotment, minors, DeviceAccess.of(host::cgroups, setting)),
                new GpuNodesIsolator(nvidia, allotment));
    }

    private static List<Integer> chosen(NvidiaHost nvidia, IsolatorSetting setting) {
        List<Integer> all = nvidia.minors();
        Optional<List<Integer>> asked = setting.flags().get(NvidiaFlags.DEVICES);
        if (asked.isEmpty()) {
            return all;
        }
        List<Integer> minors = new ArrayList<>();
        for (int index : asked.get()) {
            if (index >= all.size()) {
                throw new IsolationException(
                        Fault.USER_SPEC,
                        "cannot use " + NvidiaFlags.DEVICES + ": there is no GPU " + index + "; this host has "
                                + all.size());
            }
            minors.add(all.get(index));
        }
        return minors;
    }
}
