package dev.coffer.it.network;

import dev.coffer.agent.config.HostConfig;
import dev.coffer.it.support.TestDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A bridge of one test class with Debian's plugins, and all that they leave on the host. */
final class TestNetwork implements AutoCloseable {
    static final String NAME = "test-net";

    private static final Path PLUGINS = Path.of("/usr/lib/cni");
    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");

    private final TestDirectories directories;
    private final String bridge;
    private final String subnet;
    private final String forwarding;
    private final Set<String> rulesBefore;

    TestNetwork(TestDirectories directories) throws IOException, InterruptedException {
        this.directories = directories;
        int number = Integer.parseUnsignedInt(directories.prefix().substring(2), 16);
        bridge = "cf" + directories.prefix().substring(2);
        subnet = "10." + (64 + (number & 63)) + "." + (number >> 8 & 255) + ".";
        forwarding = Files.readString(FORWARDING);
        rulesBefore = rules();
        Files.createDirectories(configDirectory());
        Files.createDirectories(scripts());
        write(NAME, "");
    }

    Path configDirectory() {
        return directories.base().resolve("net.d");
    }

    Path scripts() {
        return directories.base().resolve("plugins");
    }

    Path addresses() {
        return directories.base().resolve("ipam");
    }

    String gateway() {
        return subnet + "1";
    }

    String subnet() {
        return subnet;
    }

    /** A bridge with mapped ports, and more plugins after that. */
    Path write(String name, String more) throws IOException {
        Path file = configDirectory().resolve(name + ".conflist");
        Files.writeString(file, """
                {"cniVersion": "1.0.0", "name": "%s", "plugins": [
                  {"type": "bridge", "bridge": "%s", "isGateway": true, "ipMasq": true,
                   "ipam": {"type": "host-local", "dataDir": "%s", "ranges": [[{"subnet": "%s0/24"}]],
                            "routes": [{"dst": "0.0.0.0/0"}]},
                   "dns": {"nameservers": ["%s1"], "search": ["test.example"]}},
                  {"type": "portmap", "capabilities": {"portMappings": true}, "snat": true}%s]}
                """.formatted(name, bridge, addresses(), subnet, subnet, more));
        return file;
    }

    /** A plugin of our own. */
    void script(String type, String text) throws IOException {
        Path file = scripts().resolve(type);
        Files.writeString(file, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    HostConfig config() {
        return NetworkAgent.configOf(flags());
    }

    /** By name. */
    Map<String, String> flags() {
        HostConfig config = directories.config();
        return Map.of(
                "work_dir", config.workDirectory().toString(),
                "runtime_dir", config.runtimeDirectory().toString(),
                "docker_store_dir", config.storeDirectory().toString(),
                "cgroups_root", config.cgroupsRoot(),
                "network_cni_plugins_dir", scripts() + ":" + PLUGINS,
                "network_cni_config_dir", configDirectory().toString(),
                "network_cni_plugin_timeout", "20secs");
    }

    /** Interfaces, addresses and rules that containers of this test have on the host. */
    Set<String> leftOnHost() throws IOException, InterruptedException {
        Set<String> found = new TreeSet<>();
        for (String line : Tools.run("ip", "-o", "link", "show").split("\n", -1)) {
            if (line.contains("master " + bridge)) {
                found.add(line);
            }
        }
        if (Files.isDirectory(addresses().resolve(NAME))) {
            try (var files = Files.list(addresses().resolve(NAME))) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.startsWith(subnet))
                        .forEach(found::add);
            }
        }
        for (String rule : rules()) {
            if (rule.contains(directories.prefix()) || rule.contains(subnet)) {
                found.add(rule);
            }
        }
        return found;
    }

    private static Set<String> rules() throws IOException, InterruptedException {
        return new TreeSet<>(
                Arrays.asList(Tools.run("iptables-save", "-t", "nat").split("\n", -1)));
    }

    /** Also what the plugins keep for the next container: the bridge, their own chains, forwarding. */
    @Override
    public void close() throws IOException, InterruptedException {
        if (Files.exists(Path.of("/sys/class/net", bridge))) {
            Tools.run("ip", "link", "delete", bridge);
        }
        Set<String> added = rules();
        added.removeAll(rulesBefore);
        for (String rule : added) {
            if (rule.startsWith("-A ") && rule.contains("CNI-HOSTPORT")) {
                Tools.run("sh", "-c", "iptables -t nat -D" + rule.substring(2)); // which knows its quotes
            }
        }
        for (String rule : added) {
            if (rule.startsWith(":CNI-HOSTPORT")) {
                Tools.run("iptables", "-t", "nat", "-X", rule.substring(1).split(" ", 2)[0]);
            }
        }
        Files.writeString(FORWARDING, forwarding);
    }

    static List<String> words(Map<String, String> flags) {
        return flags.entrySet().stream()
                .map(flag -> flag.getKey() + "=" + flag.getValue())
                .toList();
    }
}
