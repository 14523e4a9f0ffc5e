package dev.coffer.isolators.network.cni;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Fault;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.NetworkSpec.Dns;
import dev.coffer.container.Usage;
import dev.coffer.isolation.AttachesProcess;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.ReportsUsage;
import dev.coffer.isolators.namespace.NamespacesIsolator;
import dev.coffer.linux.fs.Trees;
import dev.coffer.linux.net.NetworkNamespaces;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The interfaces of one container. Nothing is made for one that asks for no network. */
final class ContainerNetwork implements HostResource, AttachesProcess, ReportsUsage {
    private final CniSetup setup;
    private final ContainerId id;
    private @Nullable ContainerSpec spec;
    private long counted;

    ContainerNetwork(CniSetup setup, ContainerId id) {
        this.setup = setup;
        this.id = id;
    }

    /** Everything that can be found wrong before a process exists is found here. */
    @Override
    public void create(ContainerSpec requested) {
        if (requested.isolation().network() != NetworkMode.CNI) {
            return;
        }
        List<Attachment> attachments =
                new Planning(setup, id).attachments(requested.isolation().networks());
        spec = requested;
        NetworkState state = setup.state();
        try {
            state.create(id);
            state.write(id, attachments);
            Files.createFile(state.namespace(id));
            for (String name : EtcFiles.NAMES) {
                Files.createFile(state.file(id, name));
            }
        } catch (FileAlreadyExistsException e) {
            throw new IsolationException(
                    Fault.INTERNAL,
                    "cannot attach container " + id + " to its networks: " + e.getMessage()
                            + " is left of an earlier container of that id; coffer cleanup removes it",
                    e);
        } catch (IOException e) {
            throw failed("attach container " + id + " to its networks", e);
        }
    }

    @Override
    public List<LaunchStep> steps() {
        return List.of();
    }

    @Override
    public void attach(long pid) {
        if (spec == null) {
            return;
        }
        NetworkState state = setup.state();
        List<Attachment> attachments = new ArrayList<>(onRecord());
        try {
            NetworkNamespaces.keep(pid, state.namespace(id));
            Files.writeString(state.pid(id), Long.toString(pid));
            firstProcessIs(pid);
            for (int i = 0; i < attachments.size(); i++) {
                attachments.set(
                        i,
                        setup.chain().add(containerName(), state.namespace(id).toString(), attachments.get(i)));
                state.write(id, attachments);
            }
            describe(spec, attachments);
        } catch (IOException e) {
            throw failed("attach container " + id + " to its networks", e);
        }
    }

    /** The files are bound already: their content is exchanged, not they. */
    private void describe(ContainerSpec launched, List<Attachment> attachments) throws IOException {
        String hostname = NamespacesIsolator.hostnameOf(launched);
        List<String> addresses = new ArrayList<>();
        List<Dns> dns = new ArrayList<>();
        dns.add(launched.isolation().networks().dns());
        for (Attachment attachment : attachments) {
            CniResult result = CniResult.of(attachment.result().orElseThrow());
            addresses.addAll(result.addresses());
            dns.add(result.dns());
        }
        for (Attachment attachment : attachments) {
            setup.dns()
                    .flatMap(defaults -> defaults.of(attachment.network().name()))
                    .ifPresent(dns::add);
        }
        dns.add(EtcFiles.ofHost());
        NetworkState state = setup.state();
        Files.writeString(state.file(id, "hosts"), EtcFiles.hosts(hostname, addresses));
        Files.writeString(state.file(id, "hostname"), hostname + "\n");
        Files.writeString(state.file(id, "resolv.conf"), EtcFiles.resolvers(EtcFiles.firstOf(dns)));
    }

    /**
     * Whether all is as it was left.
     *
     * @throws IsolationException naming the network and what is missing
     */
    void check() {
        Path namespace = setup.state().namespace(id);
        for (Attachment attachment : onRecord()) {
            setup.chain().check(containerName(), namespace.toString(), attachment);
        }
    }

    @Override
    public void usage(Usage.Builder into) {
        if (!setup.metrics()) {
            return;
        }
        long pid = firstProcess();
        if (pid > 0 && NetworkNamespaces.isIn(pid, setup.state().namespace(id))) {
            InterfaceCounters.read(pid, into);
        }
    }

    private synchronized void firstProcessIs(long pid) {
        counted = pid;
    }

    /** 0 if there is none on record. */
    private synchronized long firstProcess() {
        if (counted == 0) {
            try {
                Path file = setup.state().pid(id);
                counted = Files.exists(file) ? Long.parseLong(Files.readString(file, StandardCharsets.US_ASCII)) : -1;
            } catch (IOException | NumberFormatException e) {
                counted = -1;
            }
        }
        return Math.max(0, counted);
    }

    /** Detaches with the configuration of the launch, whatever has become of that since. */
    @Override
    public void close() {
        NetworkState state = setup.state();
        if (!Files.exists(state.durable(id)) && !Files.exists(state.perBoot(id))) {
            return;
        }
        List<Attachment> attachments = onRecord();
        Path kept = state.namespace(id);
        String namespace = NetworkNamespaces.isKept(kept) ? kept.toString() : "";
        IsolationException failure = null;
        for (int i = attachments.size() - 1; i >= 0; i--) {
            try {
                setup.chain().delete(containerName(), namespace, attachments.get(i));
            } catch (IsolationException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
        try {
            NetworkNamespaces.release(kept);
            Trees.remove(state.durable(id));
            Trees.remove(state.perBoot(id));
        } catch (IOException e) {
            throw failed("forget the networks of container " + id, e);
        }
    }

    private List<Attachment> onRecord() {
        try {
            return setup.state().read(id);
        } catch (IOException | IllegalArgumentException e) {
            throw new IsolationException(
                    Fault.INTERNAL,
                    "cannot read the networks of container " + id + " in "
                            + setup.state().durable(id) + ": " + e.getMessage(),
                    e);
        }
    }

    private String containerName() {
        return Planning.nameOf(id);
    }

    private static IsolationException failed(String what, IOException cause) {
        return new IsolationException(Fault.HOST_RESOURCES, "cannot " + what + ": " + cause.getMessage(), cause);
    }
}
