package dev.coffer.isolators.network.ports;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Processes and sockets of the host as {@code /proc} shows them.
 *
 * @param proc {@code /proc}, or a directory that a test has filled
 * @param cgroupsRoot name of the cgroup that holds those of the containers
 */
record ProcessTable(Path proc, String cgroupsRoot) {
    private static final String SOCKET = "socket:[";

    /** Ports of the network that this process is in. */
    List<OpenPort> openPorts(List<OpenPort.Protocol> protocols) throws IOException {
        List<OpenPort> ports = new ArrayList<>();
        for (OpenPort.Protocol protocol : protocols) {
            for (String table : protocol.tables()) {
                Path file = proc.resolve("net").resolve(table);
                if (Files.exists(file)) { // there is no IPv6 on some hosts
                    ports.addAll(OpenPort.parse(protocol, Files.readString(file, StandardCharsets.ISO_8859_1)));
                }
            }
        }
        return ports;
    }

    /** Processes by container, found by their cgroup, which a task cannot leave. */
    Map<String, List<Path>> processesByContainer() throws IOException {
        Map<String, List<Path>> processes = new HashMap<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : all) {
                containerOf(process)
                        .ifPresent(id -> processes
                                .computeIfAbsent(id, unused -> new ArrayList<>())
                                .add(process));
            }
        }
        return processes;
    }

    private Optional<String> containerOf(Path process) {
        String below = "/" + cgroupsRoot + "/";
        try {
            for (String line : Files.readAllLines(process.resolve("cgroup"), StandardCharsets.ISO_8859_1)) {
                int at = line.indexOf(below);
                if (at >= 0) {
                    String rest = line.substring(at + below.length());
                    int slash = rest.indexOf('/');
                    return Optional.of(slash < 0 ? rest : rest.substring(0, slash));
                }
            }
            return Optional.empty();
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Inodes of the sockets that a process has open; none if it is gone. */
    static Set<Long> socketsOf(Path process) {
        Set<Long> sockets = new HashSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path descriptor : descriptors) {
                add(sockets, descriptor);
            }
        } catch (IOException | DirectoryIteratorException gone) {
            return sockets;
        }
        return sockets;
    }

    private static void add(Set<Long> sockets, Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            if (target.startsWith(SOCKET) && target.endsWith("]")) {
                sockets.add(Long.parseLong(target.substring(SOCKET.length(), target.length() - 1)));
            }
        } catch (IOException | NumberFormatException closed) {
            // between listing and reading
        }
    }
}
