package dev.coffer.isolators.device;

import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Device;
import dev.coffer.isolators.cgroup.AllowedDevices;
import dev.coffer.isolators.cgroup.AllowedDevices.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The devices that a container has by name: the operator's for all containers, then its own. */
final class GrantedDevices {
    private static final Path DEV = Path.of("/dev");

    private GrantedDevices() {}

    /**
     * Those of {@code --allowed_devices} that are in {@code /dev}, where alone a container can have a node.
     *
     * @param forAll the operator's
     */
    static List<DeviceNode> of(ContainerSpec spec, AllowedDevices forAll) {
        List<DeviceNode> nodes = new ArrayList<>();
        for (Entry entry : forAll.entries()) {
            Path path = entry.path().normalize();
            if (path.startsWith(DEV) && !path.equals(DEV)) {
                nodes.add(DeviceNode.of(path, path.toString(), entry.access()));
            }
        }
        for (Device device : spec.isolation().devices().nodes()) {
            nodes.add(DeviceNode.of(device.hostPath(), device.containerPath(), device.access()));
        }
        return nodes;
    }
}
