package dev.coffer.isolators.device;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.isolators.host.HostFacts;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The GPUs of this host, as the driver shows them. */
final class NvidiaHost {
    static final String CONTROL = "/dev/nvidiactl";
    private static final List<String> CONTROLS = List.of(CONTROL, "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools");
    private static final String DRIVER = "/proc/driver/nvidia/gpus";
    private static final Pattern MINOR = Pattern.compile("(?m)^Device Minor:\\s*([0-9]+)\\s*$");

    private final HostFacts host;

    NvidiaHost(HostFacts host) {
        this.host = host;
    }

    /** Minors of all GPUs; the index of one in this list is the index that operators and NVML use. */
    List<Integer> minors() {
        TreeMap<String, Integer> byAddress = new TreeMap<>();
        try (DirectoryStream<Path> gpus = Files.newDirectoryStream(host.path(DRIVER))) {
            for (Path gpu : gpus) {
                Matcher minor = MINOR.matcher(readText(gpu.resolve("information")));
                if (minor.find()) {
                    byAddress.put(String.valueOf(gpu.getFileName()), Integer.valueOf(minor.group(1)));
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return nodes(); // a driver that shows no addresses numbers them in that order
        } catch (IOException e) {
            throw new IsolationException(Fault.HOST_SETUP, "cannot list the GPUs of " + DRIVER + ": " + e, e);
        }
        return List.copyOf(byAddress.values());
    }

    private List<Integer> nodes() {
        List<Integer> minors = new ArrayList<>();
        while (host.exists(node(minors.size()))) {
            minors.add(minors.size());
        }
        return minors;
    }

    /** A file of /proc tells no length. */
    private static String readText(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(1 << 16), java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    /** What programs need beside the GPUs themselves; those that there are. */
    List<DeviceNode> controls() {
        List<DeviceNode> nodes = new ArrayList<>();
        for (String control : CONTROLS) {
            if (host.exists(control)) {
                nodes.add(DeviceNode.of(host.path(control), control, "rwm"));
            }
        }
        return nodes;
    }

    DeviceNode gpu(int minor) {
        return DeviceNode.of(host.path(node(minor)), node(minor), "rwm");
    }

    boolean hasDriver() {
        return host.exists(CONTROL);
    }

    private static String node(int minor) {
        return "/dev/nvidia" + minor;
    }
}
