package dev.coffer.isolators;

import dev.coffer.flag.Flag;
import dev.coffer.isolation.ChoosesNamespaces;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolation.Namespace;
import dev.coffer.isolation.PlanIsolator;
import dev.coffer.isolators.cgroup.CgroupProvider;
import dev.coffer.isolators.device.DevicesProvider;
import dev.coffer.isolators.device.NvidiaProvider;
import dev.coffer.isolators.disk.DiskUsageProvider;
import dev.coffer.isolators.disk.ProjectQuotaProvider;
import dev.coffer.isolators.filesystem.LinuxFilesystemProvider;
import dev.coffer.isolators.filesystem.PosixFilesystemIsolator;
import dev.coffer.isolators.filesystem.PosixFilesystemProvider;
import dev.coffer.isolators.filesystem.SharedFilesystemProvider;
import dev.coffer.isolators.host.HostFacts;
import dev.coffer.isolators.namespace.NamespaceProvider;
import dev.coffer.isolators.namespace.UserNamespaceProvider;
import dev.coffer.isolators.network.cni.CniProvider;
import dev.coffer.isolators.network.ports.PortsProvider;
import dev.coffer.isolators.posix.PosixUsageProvider;
import dev.coffer.isolators.runtime.DockerRuntimeProvider;
import dev.coffer.isolators.secret.EnvironmentSecretProvider;
import dev.coffer.isolators.security.ApparmorProvider;
import dev.coffer.isolators.security.CapabilitiesProvider;
import dev.coffer.isolators.security.NoNewPrivilegesIsolator;
import dev.coffer.isolators.security.RlimitsProvider;
import dev.coffer.isolators.security.SeccompProvider;
import dev.coffer.isolators.security.SessionKeyringIsolator;
import dev.coffer.isolators.volume.VolumesProvider;
import dev.coffer.rootfs.RootfsProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every isolator there is: the built-in ones of {@link #builtIn}, in the order of {@link Order}, and those of other jars.
 * Providers are made when asked for, because a cold start needs few of them.
 */
public final class IsolatorCatalog {
    private final HostFacts host;
    private final RootfsProvider images;
    private final Map<String, IsolatorProvider> others;

    /**
     * A catalogue for one host.
     *
     * @param others providers that are not built in
     * @throws IllegalArgumentException if two have the same name
     */
    public IsolatorCatalog(HostFacts host, List<IsolatorProvider> others) {
        this(host, others, new NoImages());
    }

    /**
     * A catalogue for one host.
     *
     * @param others providers that are not built in
     * @param images for those that mount images
     * @throws IllegalArgumentException if two have the same name
     */
    public IsolatorCatalog(HostFacts host, List<IsolatorProvider> others, RootfsProvider images) {
        this.host = host;
        this.images = images;
        Map<String, IsolatorProvider> byName = new LinkedHashMap<>();
        for (IsolatorProvider other : others) {
            if (Order.contains(other.name()) || byName.put(other.name(), other) != null) {
                throw new IllegalArgumentException("cannot add isolator '" + other.name() + "' of "
                        + other.getClass().getName() + ": there is one of that name already");
            }
        }
        this.others = byName;
    }

    /** The one place where a built-in isolator is added: a case here, and its place in {@link Order}. */
    private Optional<IsolatorProvider> builtIn(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "filesystem/linux" -> new LinuxFilesystemProvider(host);
                    case PosixFilesystemIsolator.NAME -> new PosixFilesystemProvider();
                    case "cgroups/mem" -> new CgroupProvider(name, "memory", host);
                    case "cgroups/cpu",
                            "cgroups/cpuacct",
                            "cgroups/pids",
                            "cgroups/devices",
                            "cgroups/cpuset",
                            "cgroups/blkio",
                            "cgroups/io",
                            "cgroups/hugetlb",
                            "cgroups/net_cls",
                            "cgroups/net_prio",
                            "cgroups/perf_event",
                            "cgroups/freezer",
                            "cgroups/misc",
                            "cgroups/rdma" -> new CgroupProvider(name, name.substring("cgroups/".length()), host);
                    case "namespaces/pid" -> new NamespaceProvider(Namespace.PID, host);
                    case "namespaces/ipc" -> new NamespaceProvider(Namespace.IPC, host);
                    case "namespaces/uts" -> new NamespaceProvider(Namespace.UTS, host);
                    case "namespaces/net" -> new NamespaceProvider(Namespace.NET, host);
                    case "namespaces/cgroup" -> new NamespaceProvider(Namespace.CGROUP, host);
                    case "namespaces/time" -> new NamespaceProvider(Namespace.TIME, host);
                    case "namespaces/user" -> new UserNamespaceProvider(host);
                    case "volume/sandbox_path", "volume/host_path", "volume/image", "volume/secret" ->
                        new VolumesProvider(name, images);
                    case "disk/du" -> new DiskUsageProvider();
                    case ProjectQuotaProvider.XFS, ProjectQuotaProvider.EXT4 -> new ProjectQuotaProvider(name);
                    case SharedFilesystemProvider.NAME -> new SharedFilesystemProvider();
                    case DevicesProvider.NAME -> new DevicesProvider(host);
                    case NvidiaProvider.NAME -> new NvidiaProvider(host);
                    case "posix/cpu", "posix/mem" -> new PosixUsageProvider(name);
                    case "linux/keyring" -> IsolatorProvider.of(new SessionKeyringIsolator());
                    case "posix/rlimits" -> new RlimitsProvider(host);
                    case "docker/runtime" -> new DockerRuntimeProvider(host);
                    case "linux/capabilities" -> new CapabilitiesProvider(host);
                    case "linux/apparmor" -> new ApparmorProvider(host);
                    case "linux/nnp" -> IsolatorProvider.of(new NoNewPrivilegesIsolator());
                    case "environment_secret" -> new EnvironmentSecretProvider();
                    case "linux/seccomp" -> new SeccompProvider(host);
                    case "network/cni" -> new CniProvider(host);
                    case "network/ports" -> new PortsProvider(host);
                    default -> null;
                });
    }

    /** What makes the isolators of that name; empty if there is no such isolator, or not yet. */
    public Optional<IsolatorProvider> find(String name) {
        IsolatorProvider other = others.get(name);
        return other == null ? builtIn(name) : Optional.of(other);
    }

    /** Whether a name is not one of those that are built in, now or in a later version. */
    public static boolean mentionsOthers(List<String> names) {
        for (String name : names) {
            if (!Order.contains(name) && !SelectionRules.isAlias(name)) {
                return true;
            }
        }
        return false;
    }

    /** Names of all isolators that there are, in launch order. */
    public List<String> names() {
        List<String> names = new ArrayList<>();
        for (Order.Place place : Order.PLACES) {
            if (builtIn(place.name()).isPresent()) {
                names.add(place.name());
            }
        }
        names.addAll(others.keySet());
        return names;
    }

    /** Why a built-in isolator stands where it does; empty for others, which come last. */
    public static String reasonFor(String name) {
        for (Order.Place place : Order.PLACES) {
            if (place.name().equals(name)) {
                return place.reason();
            }
        }
        return "";
    }

    /** Whether an isolator is used if {@code --isolation} is not set. */
    public static boolean isDefault(String name) {
        return Order.DEFAULT.contains(name);
    }

    /** Every flag of every isolator, by name. */
    public Map<String, Flag<?>> flags() {
        Map<String, Flag<?>> flags = new LinkedHashMap<>();
        IsolationFlags.ALL.forEach(flag -> flags.put(flag.name(), flag));
        for (String name : names()) {
            for (Flag<?> flag : find(name).orElseThrow().flags()) {
                Flag<?> known = flags.putIfAbsent(flag.name(), flag);
                if (known != null && known != flag) {
                    throw new IllegalStateException("flag " + flag + " is declared twice");
                }
            }
        }
        return flags;
    }

    /**
     * Makes what a valid {@link IsolatorSelection} names. Changes nothing on the host.
     *
     * @throws dev.coffer.container.ContainerException.IsolationException if one of them cannot be had with these flags
     */
    public IsolatorSet create(IsolatorSetting setting) {
        List<HostIsolator> onHost = new ArrayList<>();
        List<PlanIsolator> inChild = new ArrayList<>();
        List<ChoosesNamespaces> namespaces = new ArrayList<>();
        for (String name : withRuntime(setting.isolators())) {
            for (Isolator isolator : find(name).orElseThrow().create(setting)) {
                if (isolator instanceof HostIsolator holder) {
                    onHost.add(holder);
                } else if (isolator instanceof PlanIsolator planner) {
                    inChild.add(planner);
                }
                if (isolator instanceof ChoosesNamespaces chooser) {
                    namespaces.add(chooser);
                }
            }
        }
        inChild.add(new UnmetRequests(setting.isolators()));
        return new IsolatorSet(onHost, inChild, namespaces);
    }

    /** Somebody has to say what is run, if only what the request says. */
    private static List<String> withRuntime(List<String> chosen) {
        if (chosen.contains("docker/runtime")) {
            return chosen;
        }
        List<String> more = new ArrayList<>(chosen);
        int at = 0;
        while (at < more.size() && Order.rank(more.get(at)) < Order.rank("docker/runtime")) {
            at++;
        }
        more.add(at, "docker/runtime");
        return more;
    }
}
