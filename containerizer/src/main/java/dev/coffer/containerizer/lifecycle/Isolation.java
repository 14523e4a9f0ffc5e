package dev.coffer.containerizer.lifecycle;

import dev.coffer.container.ContainerSpec;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.Namespace;
import dev.coffer.isolation.PlanIsolator;
import dev.coffer.rootfs.Rootfs;
import dev.coffer.rootfs.RootfsProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What makes a process a container on this host.
 *
 * @param onHost own host state; created in this order, removed in reverse
 * @param inChild only describe launch steps
 * @param images root file systems from images
 * @param hostView the root of a container without an image
 */
public record Isolation(
        List<HostIsolator> onHost,
        List<PlanIsolator> inChild,
        Function<ContainerSpec, Set<Namespace>> namespaces,
        RootfsProvider images,
        Supplier<Rootfs> hostView) {
    public Isolation {
        onHost = List.copyOf(onHost);
        inChild = List.copyOf(inChild);
    }

    /** The same with more on the host, created last. */
    public Isolation with(List<HostIsolator> more) {
        List<HostIsolator> all = new ArrayList<>(onHost);
        all.addAll(more);
        return new Isolation(all, inChild, namespaces, images, hostView);
    }
}
