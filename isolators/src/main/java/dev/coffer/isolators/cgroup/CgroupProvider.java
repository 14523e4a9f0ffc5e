package dev.coffer.isolators.cgroup;

import dev.coffer.flag.Flag;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolators.host.HostFacts;
import dev.coffer.linux.cgroup.CgroupHierarchy;
import dev.coffer.linux.cgroup.CgroupHierarchy.Version;
import dev.coffer.linux.cgroup.DeviceFilter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One {@code cgroups/<controller>}. All that are chosen are one isolator, which goes over each hierarchy once; the first
 * of them makes it.
 */
public final class CgroupProvider implements IsolatorProvider {
    private static final String FAMILY = "cgroups/";

    private final String name;
    private final String kernelName;
    private final HostFacts host;

    /**
     * A provider of one controller.
     *
     * @param kernelName of the controller it cannot do without
     */
    public CgroupProvider(String name, String kernelName, HostFacts host) {
        this.name = name;
        this.kernelName = kernelName;
        this.host = host;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Flag<?>> flags() {
        return CgroupFlags.of(name);
    }

    @Override
    public Optional<String> missing(IsolatorSetting setting) {
        Optional<CgroupHierarchy> found = host.cgroups().carrying(kernelName);
        if (found.isEmpty()) {
            return Optional.of("no cgroup hierarchy carries the controller " + kernelName + "; "
                    + CgroupLayout.remedy(host.cgroups(), kernelName));
        }
        if (found.get().readOnly()) {
            return Optional.of(
                    "cgroups at " + found.get().cgroup("") + " are mounted read-only; give this agent a subtree"
                            + " that it may write to: Delegate=yes in a systemd unit, a writable cgroup mount in a container, or"
                            + " mount -o remount,rw " + found.get().mount());
        }
        if (kernelName.equals("devices")
                && found.get().version() == Version.V2
                && !DeviceFilter.present(found.get().cgroup(""))) {
            return Optional.of("the kernel filters no devices of cgroup v2; use one with CONFIG_CGROUP_BPF");
        }
        return Optional.empty();
    }

    /** A container that asks for no limit need not fail for want of a controller. */
    @Override
    public boolean refusesWhatItCannotDo() {
        return true;
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        Set<String> controllers = new LinkedHashSet<>();
        for (String isolator : setting.isolators()) {
            if (isolator.startsWith(FAMILY)) {
                controllers.add(isolator);
            }
        }
        if (!controllers.iterator().next().equals(name)) {
            return List.of();
        }
        CgroupSettings settings = CgroupSettings.of(
                setting.flags(), setting.stateDirectory("cgroups").resolve("cpuset"));
        settings.allowedDevices().rules(); // refuses a device that does not exist before a container needs it
        return List.of(new CgroupsIsolator(
                host.cgroups(),
                setting.flags().get(CgroupFlags.ROOT),
                controllers,
                settings,
                setting.flags().get(CgroupFlags.DESTROY_TIMEOUT)));
    }
}
