package dev.coffer.cli.syntax;

import dev.coffer.container.Device;
import dev.coffer.container.DeviceSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code HOST[:CONTAINER][:rwm]}, as docker writes it, and a number of GPUs. */
final class DeviceWords {
    private final List<Device> devices = new ArrayList<>();
    private double gpus;

    DeviceSpec spec() {
        return new DeviceSpec(devices, gpus);
    }

    Device add(String text) {
        String[] parts = text.split(":", -1);
        String access = "rwm";
        String target = parts[0];
        if (parts.length == 3) {
            target = parts[1];
            access = parts[2];
        } else if (parts.length == 2 && parts[1].startsWith("/")) {
            target = parts[1];
        } else if (parts.length == 2) {
            access = parts[1];
        } else if (parts.length > 3) {
            throw new IllegalArgumentException("write HOST, HOST:CONTAINER or HOST:CONTAINER:rwm");
        }
        Device device = new Device(Path.of(parts[0]), target, access);
        devices.add(device);
        return device;
    }

    /** Only whole ones. */
    DeviceSpec setGpus(String text) {
        try {
            gpus = new DeviceSpec(List.of(), Double.parseDouble(text)).gpus();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("it must be a whole number", e);
        }
        return spec();
    }
}
