package dev.coffer.container;

import java.util.List;

/**
 * What a container uses beyond the devices that all have.
 *
 * @param nodes devices named by the request
 * @param gpus whole ones, chosen by the agent
 */
public record DeviceSpec(List<Device> nodes, double gpus) {
    public static final DeviceSpec NONE = new DeviceSpec(List.of(), 0);

    /** Fractions are told apart as finely as this, as the Mesos agent does. */
    private static final double PRECISION = 1000;

    public DeviceSpec {
        nodes = List.copyOf(nodes);
        if (gpus < 0 || gpus > 1024 || Math.round(gpus * PRECISION) % (long) PRECISION != 0) {
            throw new IllegalArgumentException("gpus must be a whole number, were " + gpus);
        }
    }

    public int wholeGpus() {
        return (int) Math.round(gpus);
    }
}
