package dev.coffer.isolators.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.container.ContainerId;
import dev.coffer.container.Resources;
import dev.coffer.container.Tuning;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.Updatable;
import dev.coffer.linux.ErrnoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices that are refused and allowed by the running kernel: its own lists in v1, the attached program in v2. */
final class DevicesKernelIT {
    private static final ContainerId ID = new ContainerId("c1");
    private static final Set<String> DEVICES = Set.of("cgroups/devices", "cgroups/pids");
    private static final int REFUSED = 7;

    private final KernelCgroups kernel;

    @TempDir
    Path directory;

    DevicesKernelIT() throws ErrnoException {
        kernel = new KernelCgroups();
    }

    /** Nodes of our own, so that nothing but the cgroup can refuse them. */
    @BeforeEach
    void makeNodes() throws IOException, InterruptedException {
        node("kmsg", "c 1 11");
        node("null", "c 1 3");
        node("zero", "c 1 5");
        node("loop", "b 7 77");
    }

    private void node(String name, String numbers) throws IOException, InterruptedException {
        String[] words = ("mknod " + directory.resolve(name) + " " + numbers).split(" ");
        assertThat(new ProcessBuilder(words).inheritIO().start().waitFor()).isZero();
    }

    @AfterEach
    void removeEverything() throws ErrnoException {
        kernel.close();
    }

    private HostResource create(AllowedDevices more) {
        HostResource resource =
                kernel.isolator(DEVICES, CgroupSettings.DEFAULT.with(more)).resourceFor(ID);
        resource.create(CgroupSpecs.of(ID, Resources.UNLIMITED));
        return resource;
    }

    /** What a shell says that opens the node there, 0 if it may. */
    private int open(HostResource in, Optional<String> sub, String redirection, String node) throws Exception {
        String script = "exec 2>/dev/null; (: " + redirection + " " + directory.resolve(node) + ") || exit " + REFUSED;
        Process shell = kernel.start(in, sub, script);
        assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return shell.exitValue();
    }

    @Test
    void refusesEveryDeviceThatIsNotOnTheList() throws Exception {
        assertThat(openOutside("<", "kmsg")).isZero();
        HostResource resource = create(AllowedDevices.NONE);
        assertThat(open(resource, Optional.empty(), "<", "null")).isZero();
        assertThat(open(resource, Optional.empty(), ">", "null")).isZero();
        assertThat(open(resource, Optional.empty(), "<", "zero")).isZero();
        assertThat(open(resource, Optional.empty(), "<", "kmsg")).isEqualTo(REFUSED);
        assertThat(open(resource, Optional.empty(), ">", "kmsg")).isEqualTo(REFUSED);
        assertThat(open(resource, Optional.empty(), "<", "loop")).isEqualTo(REFUSED);
    }

    private int openOutside(String redirection, String node) throws Exception {
        return new ProcessBuilder("sh", "-c", ": " + redirection + " " + directory.resolve(node))
                .start()
                .waitFor();
    }

    @Test
    void refusesThemInASubCgroupToo() throws Exception {
        HostResource resource = create(AllowedDevices.NONE);
        assertThat(open(resource, Optional.of("sub"), "<", "null")).isZero();
        assertThat(open(resource, Optional.of("sub"), "<", "kmsg")).isEqualTo(REFUSED);
    }

    @Test
    void allowsOnlyWhatIsSaidOfADeviceThatIsAdded() throws Exception {
        HostResource resource =
                create(new AllowedDevices(List.of(new AllowedDevices.Entry(directory.resolve("kmsg"), "r"))));
        assertThat(open(resource, Optional.empty(), "<", "kmsg")).isZero();
        assertThat(open(resource, Optional.empty(), ">", "kmsg")).isEqualTo(REFUSED);
    }

    @Test
    void letsNodesBeMade() throws Exception {
        HostResource resource = create(AllowedDevices.NONE);
        Process mknod = kernel.start(resource, Optional.empty(), "mknod " + directory.resolve("made") + " b 7 78");
        assertThat(mknod.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(mknod.exitValue()).isZero();
        assertThat(Files.exists(directory.resolve("made"))).isTrue();
    }

    @Test
    void goesOnRefusingUnderAnAgentThatCameBackWithAnotherList() throws Exception {
        create(AllowedDevices.NONE);
        AllowedDevices more = new AllowedDevices(List.of(new AllowedDevices.Entry(directory.resolve("kmsg"), "rw")));
        HostResource found =
                kernel.isolator(DEVICES, CgroupSettings.DEFAULT.with(more)).resourceFor(ID);
        assertThat(open(found, Optional.empty(), "<", "null")).isZero();
        assertThat(open(found, Optional.empty(), "<", "kmsg")).isEqualTo(REFUSED);
    }

    @Test
    void changesWhatATaskThatRunsMayUse() throws Exception {
        HostResource resource = create(AllowedDevices.NONE);
        Tuning kmsg = Tuning.NONE.with(new Tuning.Access(List.of("c 1:11 r"), false));
        ((Updatable) resource).update(Resources.UNLIMITED.with(kmsg));
        assertThat(open(resource, Optional.empty(), "<", "kmsg")).isZero();
        assertThat(open(resource, Optional.empty(), ">", "kmsg")).isEqualTo(REFUSED);
        assertThat(open(resource, Optional.empty(), "<", "null")).isZero();
        Tuning both = Tuning.NONE.with(new Tuning.Access(List.of("c 1:11 w"), false));
        ((Updatable) resource).update(Resources.UNLIMITED.with(both));
        assertThat(open(resource, Optional.empty(), "<", "kmsg")).isEqualTo(REFUSED);
        assertThat(open(resource, Optional.empty(), ">", "kmsg")).isZero();
        ((Updatable) resource).update(Resources.UNLIMITED);
        assertThat(open(resource, Optional.empty(), ">", "kmsg")).isEqualTo(REFUSED);
        assertThat(open(resource, Optional.empty(), "<", "zero")).isZero();
    }

    @Test
    void oneContainerMayUseWhatOthersMayNot() throws Exception {
        Tuning kmsg = Tuning.NONE.with(new Tuning.Access(List.of("c 1:11 r"), false));
        HostResource one = kernel.isolator(DEVICES, CgroupSettings.DEFAULT).resourceFor(ID);
        one.create(CgroupSpecs.of(ID, Resources.UNLIMITED.with(kmsg)));
        ContainerId second = new ContainerId("c2");
        HostResource other = kernel.isolator(DEVICES, CgroupSettings.DEFAULT).resourceFor(second);
        other.create(CgroupSpecs.of(second, Resources.UNLIMITED));
        assertThat(open(one, Optional.empty(), "<", "kmsg")).isZero();
        assertThat(open(other, Optional.empty(), "<", "kmsg")).isEqualTo(REFUSED);
    }
}
