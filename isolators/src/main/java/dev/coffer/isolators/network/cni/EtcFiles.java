package dev.coffer.isolators.network.cni;

import dev.coffer.container.NetworkSpec.Dns;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Text of the files that tell a container about its network. */
final class EtcFiles {
    static final List<String> NAMES = List.of("hosts", "hostname", "resolv.conf");

    private static final int MAX_BYTES = 64 << 10;
    /** A local resolver's clients cannot reach it from another network namespace; this file has what it asks itself. */
    private static final List<Path> HOST_RESOLVERS =
            List.of(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"));

    private EtcFiles() {}

    static String hosts(String hostname, List<String> addresses) {
        StringBuilder text = new StringBuilder();
        text.append("127.0.0.1\tlocalhost\n");
        text.append("::1\tlocalhost ip6-localhost ip6-loopback\n");
        if (addresses.isEmpty()) {
            text.append("127.0.1.1\t").append(hostname).append('\n');
        }
        for (String address : addresses) {
            text.append(address).append('\t').append(hostname).append('\n');
        }
        return text.toString();
    }

    static String resolvers(Dns dns) {
        StringBuilder text = new StringBuilder();
        if (!dns.search().isEmpty()) {
            text.append("search ").append(String.join(" ", dns.search())).append('\n');
        }
        dns.nameservers()
                .forEach(server -> text.append("nameserver ").append(server).append('\n'));
        if (!dns.options().isEmpty()) {
            text.append("options ").append(String.join(" ", dns.options())).append('\n');
        }
        return text.toString();
    }

    /** The first that names servers wins; what only adds domains or options adds them. */
    static Dns firstOf(List<Dns> candidates) {
        List<String> search = new ArrayList<>();
        List<String> options = new ArrayList<>();
        for (Dns candidate : candidates) {
            search = search.isEmpty() ? candidate.search() : search;
            options = options.isEmpty() ? candidate.options() : options;
            if (!candidate.nameservers().isEmpty()) {
                return new Dns(candidate.nameservers(), search, options);
            }
        }
        return new Dns(List.of(), search, options);
    }

    /** The host's own, as far as a container can use it. */
    static Dns ofHost() {
        Dns last = Dns.NONE;
        for (Path file : HOST_RESOLVERS) {
            last = parse(read(file));
            if (!last.nameservers().isEmpty()) {
                break;
            }
        }
        return last;
    }

    static Dns parse(String text) {
        List<String> servers = new ArrayList<>();
        List<String> search = new ArrayList<>();
        List<String> options = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            String[] words = line.strip().split("\\s+", -1);
            List<String> values = List.of(words).subList(1, words.length);
            switch (words[0]) {
                case "nameserver" ->
                    values.stream().filter(EtcFiles::isReachable).forEach(servers::add);
                case "search", "domain" -> search = new ArrayList<>(values);
                case "options" -> options.addAll(values);
                default -> {}
            }
        }
        try {
            return new Dns(servers, search, options);
        } catch (IllegalArgumentException unusual) {
            return Dns.NONE;
        }
    }

    private static boolean isReachable(String server) {
        return !server.startsWith("127.") && !server.equals("::1") && CniResult.isAddress(server.replaceAll("%.*", ""));
    }

    private static String read(Path file) {
        if (!Files.isRegularFile(file)) {
            return "";
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            return ""; // a container without resolvers is better than none
        }
    }
}
