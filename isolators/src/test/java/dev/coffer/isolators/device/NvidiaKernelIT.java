package dev.coffer.isolators.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.DeviceSpec;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.Resources;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolation.LaunchStep.MakeDevice;
import dev.coffer.isolation.PlanIsolator;
import dev.coffer.isolators.Specs;
import dev.coffer.isolators.cgroup.CgroupFlags;
import dev.coffer.isolators.cgroup.CgroupProvider;
import dev.coffer.isolators.host.HostFacts;
import dev.coffer.linux.cgroup.Cgroup;
import dev.coffer.linux.cgroup.CgroupHierarchies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** gpu/nvidia with nodes of the driver's numbers, for which this machine has no driver: what may be opened says ENXIO. */
class NvidiaKernelIT {
    private static final ContainerId ONE = new ContainerId("one");
    private static final ContainerId TWO = new ContainerId("two");
    private static final String ROOT = "coffer-gpu-" + ProcessHandle.current().pid();

    @TempDir
    private Path host;

    @BeforeEach
    void makeHost() throws IOException, InterruptedException {
        Files.createDirectories(host.resolve("dev"));
        node("nvidiactl", 255);
        node("nvidia-uvm", 254);
        for (int minor = 0; minor < 3; minor++) {
            node("nvidia" + minor, minor);
        }
        // the addresses are in another order than the minors
        gpu("0000:03:00.0", 0);
        gpu("0000:01:00.0", 2);
        gpu("0000:02:00.0", 1);
    }

    private void node(String name, int minor) throws IOException, InterruptedException {
        String node = host.resolve("dev").resolve(name).toString();
        Process mknod = new ProcessBuilder("mknod", node, "c", "195", Integer.toString(minor))
                .inheritIO()
                .start();
        assertThat(mknod.waitFor()).isZero();
    }

    private void gpu(String address, int minor) throws IOException {
        Path directory =
                Files.createDirectories(host.resolve("proc/driver/nvidia/gpus").resolve(address));
        Files.writeString(directory.resolve("information"), "Model: \t T4\nDevice Minor: \t " + minor + "\n");
    }

    @AfterEach
    void removeCgroups() throws IOException {
        CgroupHierarchies.detect()
                .carrying("devices")
                .orElseThrow()
                .cgroup(ROOT)
                .removeTree(Duration.ofSeconds(10));
    }

    private IsolatorSetting setting(String... devices) {
        FlagValues flags = FlagValues.DEFAULTS.withText(CgroupFlags.ROOT, ROOT);
        if (devices.length > 0) {
            flags = flags.withText(NvidiaFlags.DEVICES, devices[0]);
        }
        return new IsolatorSetting(
                flags, List.of("cgroups/devices", NvidiaProvider.NAME), host.resolve("run"), host, host.resolve("s"));
    }

    private List<Isolator> gpus(String... devices) {
        return new NvidiaProvider(facts()).create(setting(devices));
    }

    private HostFacts facts() {
        try {
            return new HostFacts(host).with(CgroupHierarchies.detect());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private HostResource cgroup(ContainerId id) {
        IsolatorProvider provider = new CgroupProvider("cgroups/devices", "devices", facts());
        HostResource resource = ((HostIsolator) provider.create(setting()).get(0)).resourceFor(id);
        resource.create(wanting(id, 0));
        return resource;
    }

    private static ContainerSpec wanting(ContainerId id, int gpus) {
        ContainerSpec spec = Specs.DEFAULT
                .with(IsolationSpec.DEFAULT.with(new DeviceSpec(List.of(), gpus)))
                .spec(id.value());
        return new ContainerSpec(
                id,
                spec.image(),
                spec.process(),
                Resources.UNLIMITED,
                spec.isolation(),
                spec.security(),
                spec.stdio(),
                spec.sandbox());
    }

    /** What a shell in the container's cgroup hears when it opens a node. */
    private String open(ContainerId id, String node) throws IOException, InterruptedException {
        Cgroup cgroup = CgroupHierarchies.detect()
                .carrying("devices")
                .orElseThrow()
                .cgroup(ROOT)
                .child(id.value());
        Process shell = new ProcessBuilder(
                        "sh",
                        "-c",
                        "echo $$ > " + cgroup.directory().resolve("cgroup.procs") + " && : < "
                                + host.resolve("dev").resolve(node))
                .redirectErrorStream(true)
                .start();
        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    @Test
    void aContainerMayUseItsOwnGpuAndNoOther() throws IOException, InterruptedException {
        try (HostResource unused = cgroup(ONE);
                HostResource gpu = ((HostIsolator) gpus("0").get(0)).resourceFor(ONE)) {
            gpu.create(wanting(ONE, 1));

            assertThat(open(ONE, "nvidia2")).containsIgnoringCase("no such device"); // index 0 has minor 2
            assertThat(open(ONE, "nvidiactl")).containsIgnoringCase("no such device");
            assertThat(open(ONE, "nvidia0")).containsIgnoringCase("not permitted");
            assertThat(open(ONE, "nvidia1")).containsIgnoringCase("not permitted");
        }
    }

    @Test
    void aContainerWithoutGpusMayUseNone() throws IOException, InterruptedException {
        try (HostResource unused = cgroup(ONE);
                HostResource gpu = ((HostIsolator) gpus().get(0)).resourceFor(ONE)) {
            gpu.create(wanting(ONE, 0));

            assertThat(open(ONE, "nvidia0")).containsIgnoringCase("not permitted");
            assertThat(open(ONE, "nvidiactl")).containsIgnoringCase("not permitted");
        }
    }

    @Test
    void noGpuIsGivenToTwoAndAnotherAgentGivesItBack() {
        HostResource first = ((HostIsolator) gpus("0,1").get(0)).resourceFor(ONE);
        cgroup(ONE);
        cgroup(TWO);
        first.create(wanting(ONE, 1));
        HostResource second = ((HostIsolator) gpus("0,1").get(0)).resourceFor(TWO);
        assertThatThrownBy(() -> second.create(wanting(TWO, 2)))
                .isInstanceOf(IsolationException.class)
                .hasMessage("cannot give 2 GPUs to container two: 1 of 2 are free");

        HostIsolator successor = (HostIsolator) gpus("0,1").get(0);
        assertThat(successor.discover()).containsExactly(ONE);
        successor.resourceFor(ONE).close();
        second.create(wanting(TWO, 2));

        assertThat(successor.discover()).containsExactly(TWO);
    }

    @Test
    void makesTheNodesOfItsGpusOnly() {
        HostResource gpu = ((HostIsolator) gpus("0,1").get(0)).resourceFor(new ContainerId("web-1"));
        cgroup(new ContainerId("web-1"));
        gpu.create(wanting(new ContainerId("web-1"), 1));

        PlanIsolator nodes = (PlanIsolator) gpus().get(1);

        assertThat(nodes.plan(Specs.DEFAULT
                        .with(IsolationSpec.DEFAULT.with(new DeviceSpec(List.of(), 1)))
                        .context()))
                .containsExactly(
                        new MakeDevice("/dev/nvidiactl", 195, 255, 0666),
                        new MakeDevice("/dev/nvidia-uvm", 195, 254, 0666),
                        new MakeDevice("/dev/nvidia2", 195, 2, 0666));
        assertThat(nodes.plan(Specs.DEFAULT.context())).isEmpty();
    }

    @Test
    void refusesAnIndexThatThisHostDoesNotHave() {
        assertThatThrownBy(() -> gpus("0,3"))
                .isInstanceOf(IsolationException.class)
                .hasMessage("cannot use --nvidia_gpu_devices: there is no GPU 3; this host has 3");
        assertThat(new NvidiaProvider(facts()).missing(setting())).isEmpty();
        assertThat(new NvidiaProvider(new HostFacts(host.resolve("empty")))
                        .missing(setting())
                        .orElseThrow())
                .contains("nvidia-modprobe");
    }
}
