package dev.coffer.isolators.volume;

import static dev.coffer.isolation.MountFlag.NODEV;
import static dev.coffer.isolation.MountFlag.RDONLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException;
import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Fault;
import dev.coffer.container.HostVolume;
import dev.coffer.container.ImageConfig;
import dev.coffer.container.ImageVolume;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.SandboxVolume;
import dev.coffer.container.SandboxVolume.Owner;
import dev.coffer.container.Secret;
import dev.coffer.container.SecretVolume;
import dev.coffer.container.Volume;
import dev.coffer.container.Volume.Propagation;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.Bind;
import dev.coffer.isolation.LaunchStep.OverlayRoot;
import dev.coffer.isolation.LaunchStep.OverlayVolume;
import dev.coffer.isolation.LaunchStep.SecretFile;
import dev.coffer.isolators.Specs;
import dev.coffer.isolators.secret.Secrets;
import dev.coffer.rootfs.Rootfs;
import dev.coffer.rootfs.RootfsHandle;
import dev.coffer.rootfs.RootfsProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VolumeMountsTest {
    private static final Set<String> ALL =
            Set.of("volume/host_path", "volume/sandbox_path", "volume/image", "volume/secret");

    private final JournalledImages images = new JournalledImages();

    @TempDir
    Path host;

    private VolumeSources sources(Set<String> kinds) {
        return new VolumeSources(kinds, List.of(host.resolve("forced")), images, id -> host.resolve("sandbox"));
    }

    private List<LaunchStep> plan(Specs specs) {
        IsolatorSetting setting = new IsolatorSetting(FlagValues.DEFAULTS, List.of(), host, host, host);
        return new VolumeMounts(sources(ALL), "/mnt/box", Secrets.of(setting)).plan(specs.context());
    }

    private static Specs volumes(Volume... volumes) {
        return Specs.DEFAULT.with(new IsolationSpec(NetworkMode.NONE, Optional.empty(), List.of(volumes)));
    }

    @Test
    void bindsVolumesParentsFirstFromTheirRealPlace() throws IOException {
        Path data = Files.createDirectory(host.resolve("data")).toRealPath();
        Path link = Files.createSymbolicLink(host.resolve("link"), data);

        List<LaunchStep> steps =
                plan(volumes(new HostVolume(link, "/srv/./data//deep", true), new HostVolume(host, "/srv", false)));

        assertThat(steps.stream().filter(Bind.class::isInstance))
                .containsExactly(
                        new Bind(host.toRealPath(), "/srv", Set.of(NODEV)),
                        new Bind(data, "/srv/data/deep", Set.of(NODEV, RDONLY)));
    }

    @Test
    void namesAVolumeThatDoesNotExist() {
        assertThatThrownBy(() -> plan(volumes(new HostVolume(Path.of("/no/such"), "/data", false))))
                .hasMessage("cannot mount volume '/no/such' at '/data': the host has no such path")
                .extracting(e -> ((ContainerException) e).fault())
                .isEqualTo(Fault.USER_SPEC);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/proc", "/proc/sys", "//sys/fs", "/dev", "/dev/.", "/./proc/1"})
    void refusesAVolumeOverTheContainersOwnPlaces(String target) {
        assertThatThrownBy(() -> plan(volumes(new HostVolume(host, target, false))))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("at '" + target + "'");
    }

    @Test
    void mountsARelativeTargetInTheSandboxAsTheContainerSeesIt() throws IOException {
        assertThat(plan(volumes(new HostVolume(host, "cache/a", false))))
                .containsExactly(new Bind(host.toRealPath(), "/mnt/box/cache/a", Set.of(NODEV)));
    }

    @Test
    void letsLaterMountsOfTheHostAppearOnlyIfAsked() throws IOException {
        assertThat(plan(volumes(new HostVolume(host, "/a", false, Propagation.SLAVE))))
                .containsExactly(new Bind(host.toRealPath(), "/a", Set.of(NODEV), true));
    }

    @Test
    void ordersVolumesOfAllKindsByTheirDepth() throws IOException {
        List<LaunchStep> steps = plan(volumes(
                new ImageVolume("tools", "/a/b/c", true),
                new SandboxVolume(Owner.SELF, "data", "/a/b", false),
                new HostVolume(host, "/a", false)));

        assertThat(steps)
                .extracting(step -> step instanceof Bind bind ? bind.target() : ((OverlayVolume) step).target())
                .containsExactly("/a", "/a/b", "/a/b/c");
        assertThat(((OverlayVolume) steps.get(2)).flags()).containsExactlyInAnyOrder(NODEV, RDONLY);
    }

    @Test
    void refusesTheSandboxOfAParentWithoutOne() {
        assertThatThrownBy(() -> plan(volumes(new SandboxVolume(Owner.PARENT, "data", "/data", false))))
                .hasMessage(
                        "cannot mount sandbox volume 'data' at '/data': the container is not nested in another one");
    }

    @Test
    void refusesAKindThatIsNotChosen() {
        HostResource resource = sources(Set.of("volume/sandbox_path")).resourceFor(new ContainerId("web-1"));

        assertThatThrownBy(() -> resource.create(
                        volumes(new HostVolume(host, "/data", false)).spec("web-1")))
                .hasMessageEndingWith("volume/host_path is not chosen; add it to --isolation");
    }

    @Test
    void makesAMissingSourceOnlyBelowTheForcedDirectories() {
        HostResource resource = sources(ALL).resourceFor(new ContainerId("web-1"));

        resource.create(volumes(
                        new HostVolume(host.resolve("forced/a/../b"), "/b", false),
                        new HostVolume(host.resolve("forced/../c"), "/c", false))
                .spec("web-1"));

        assertThat(host.resolve("forced/b")).isDirectory();
        assertThat(host.resolve("c")).doesNotExist();
    }

    @Test
    void givesEveryImageBackWhateverWasMade() {
        Specs specs = volumes(new ImageVolume("one", "/1", true), new ImageVolume("two", "/2", false));
        HostResource resource = sources(ALL).resourceFor(new ContainerId("web-1"));
        images.failing = "two";

        assertThatThrownBy(() -> resource.create(specs.spec("web-1"))).hasMessage("no two");
        sources(ALL).resourceFor(new ContainerId("web-1")).close();

        assertThat(images.journal).containsExactly("create one", "create two", "close 0", "close 1");
        assertThat(host.resolve("sandbox/volumes")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/abs", "a/../b", "..", "a/.", "./a"})
    void refusesASandboxPathThatIsNotPlainlyBelow(String path) {
        assertThatThrownBy(() -> new SandboxVolume(Owner.SELF, path, "/data", false))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static final class JournalledImages implements RootfsProvider {
        final List<String> journal = new ArrayList<>();
        String failing = "";

        @Override
        public RootfsHandle rootfsFor(ContainerId id, Path sandbox) {
            throw new AssertionError("asked for the root");
        }

        @Override
        public RootfsHandle volumeFor(ContainerId id, Path directory, int number) {
            return new RootfsHandle() {
                @Override
                public Rootfs create(String reference) {
                    journal.add("create " + reference);
                    if (reference.equals(failing)) {
                        throw new IllegalStateException("no " + reference);
                    }
                    OverlayRoot overlay = new OverlayRoot(directory, List.of("layer"), directory, directory, true);
                    return new Rootfs(List.of(overlay), ImageConfig.EMPTY, (path, max) -> Optional.empty());
                }

                @Override
                public void close() {
                    journal.add("close " + number);
                }
            };
        }

        @Override
        public Set<ContainerId> discover() {
            return Set.of();
        }
    }

    @Test
    void aSecretIsAFileOfTheTasksUserAndIsNotShown() {
        Secret.Value value = new Secret.Value(new byte[] {1, 0, 2});
        Specs specs = volumes(new SecretVolume(value, "/run/secrets/key"));
        List<LaunchStep> steps = plan(specs);

        assertThat(steps).containsExactly(new SecretFile(value, specs.context().sandbox(), "/run/secrets/key", 0, 0));
        assertThat(steps.toString()).contains("secret value").doesNotContain("[1, 0, 2]");
    }

    @Test
    void aSecretThatNobodyKnowsIsRefused() {
        assertThatThrownBy(() -> plan(volumes(new SecretVolume(new Secret.Reference("db", ""), "/run/secrets/key"))))
                .isInstanceOf(IsolationException.class)
                .hasMessageContaining("knows no references");
    }
}
