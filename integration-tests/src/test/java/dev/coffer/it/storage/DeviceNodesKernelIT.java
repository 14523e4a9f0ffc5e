package dev.coffer.it.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Device;
import dev.coffer.container.DeviceSpec;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.Resources;
import dev.coffer.it.support.Specs;
import dev.coffer.it.support.TestHost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** linux/devices: the node and the permission together. */
class DeviceNodesKernelIT {
    private static final Path LOOPS = Path.of("/dev/loop-control");
    private static TestHost host;

    @BeforeAll
    static void openHost() throws IOException {
        host = new TestHost(directories -> Map.of(
                "COFFER_ISOLATION",
                // without linux/capabilities: nothing but the cgroup holds the task
                "filesystem/linux,namespaces/pid,namespaces/net,cgroups/devices,linux/devices",
                "COFFER_ALLOWED_DEVICES",
                "{\"allowed_devices\":[{\"device\":{\"path\":\"/dev/kmsg\"},\"access\":{\"read\":true}}]}"));
    }

    @AfterAll
    static void closeHost() throws IOException {
        host.close();
    }

    private static ContainerSpec with(String script, Device... devices) {
        ContainerSpec spec = Specs.with(host.script(script), Resources.UNLIMITED);
        return Specs.with(spec, IsolationSpec.DEFAULT.with(new DeviceSpec(List.of(devices), 0)));
    }

    @Test
    void aDeviceIsThereAndMayBeUsedAsTheRequestSays() throws Exception {
        String script = "[ -c /dev/my/loops ] && (: < /dev/my/loops) && echo reads;"
                + " said=$( (: > /dev/my/loops) 2>&1) || echo \"${said##*: }\"";

        TestHost.Result result = host.run(with(script, new Device(LOOPS, "/dev/my/loops", "r")));

        assertThat(result.stdout()).isEqualTo("reads\nOperation not permitted\n");
    }

    @Test
    void anotherContainerHasNeitherNodeNorPermission() throws Exception {
        ContainerSpec granted = with("exec sleep 1000", new Device(LOOPS, "/dev/loop-control", "rw"));
        host.containerizer().launch(granted);

        TestHost.Result result = host.run(with("ls /dev/loop-control 2>&1 >/dev/null; mknod /dev/mine c 10 237"
                + " && said=$( (: < /dev/mine) 2>&1) || echo \"${said##*: }\""));

        assertThat(result.stdout())
                .isEqualTo("ls: /dev/loop-control: No such file or directory\nOperation not permitted\n");
        host.awaitDestroyed(granted.id());
    }

    @Test
    void whatTheOperatorAllowsIsInEveryContainer() throws Exception {
        TestHost.Result result = host.run(with("ls -l /dev/kmsg | cut -c1-10; (: < /dev/kmsg) && echo reads;"
                + " (: > /dev/kmsg) 2>/dev/null || echo no"));

        assertThat(result.stdout()).isEqualTo("cr--r--r--\nreads\nno\n");
    }

    @Test
    void refusesWhatIsNoDeviceAndWhatNobodyProvides() {
        assertThatThrownBy(() -> host.run(with("true", new Device(Path.of("/etc/passwd"), "/dev/x", "r"))))
                .isInstanceOf(ContainerException.class)
                .hasMessageContaining("it is neither a character nor a block device");
        assertThatThrownBy(() -> host.run(Specs.with(host.script("true"), Resources.UNLIMITED.withDisk(1 << 20))))
                .isInstanceOf(ContainerException.class)
                .hasMessage("cannot limit disk space to 1048576 bytes: no isolator for that is chosen; add disk/du, or"
                        + " disk/xfs or disk/ext4 where the file system counts projects to --isolation");
    }
}
