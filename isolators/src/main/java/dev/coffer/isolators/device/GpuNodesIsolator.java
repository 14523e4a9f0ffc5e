package dev.coffer.isolators.device;

import dev.coffer.isolation.LaunchContext;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.PlanIsolator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Makes the nodes of a container's GPUs in its {@code /dev}, and of no others. */
record GpuNodesIsolator(NvidiaHost host, GpuAllotment allotment) implements PlanIsolator {
    @Override
    public String name() {
        return NvidiaProvider.NAME;
    }

    @Override
    public List<LaunchStep> plan(LaunchContext context) {
        List<LaunchStep> steps = new ArrayList<>();
        if (context.spec().isolation().devices().wholeGpus() == 0) {
            return steps;
        }
        Set<String> made = new TreeSet<>(DeviceNodesIsolator.PRESENT);
        for (DeviceNode control : host.controls()) {
            control.addTo(steps, made);
        }
        for (int minor : allotment.of(context.spec().id())) {
            host.gpu(minor).addTo(steps, made);
        }
        return steps;
    }
}
