package dev.coffer.isolators.network.cni;

import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * What all interfaces but loopback have sent and received.
 *
 * @see <a href="https://man7.org/linux/man-pages/man5/proc_pid_net.5.html">proc_pid_net(5)</a>
 */
final class InterfaceCounters {
    private static final int FIELDS = 16;
    /** With their columns in {@code /proc/<pid>/net/dev}. */
    private static final List<Column> COLUMNS = List.of(
            new Column(Statistic.NET_RX_BYTES, 0),
            new Column(Statistic.NET_RX_PACKETS, 1),
            new Column(Statistic.NET_RX_ERRORS, 2),
            new Column(Statistic.NET_RX_DROPPED, 3),
            new Column(Statistic.NET_TX_BYTES, 8),
            new Column(Statistic.NET_TX_PACKETS, 9),
            new Column(Statistic.NET_TX_ERRORS, 10),
            new Column(Statistic.NET_TX_DROPPED, 11));

    private record Column(Statistic statistic, int index) {}

    private InterfaceCounters() {}

    /** Of the network namespace that the process is in. */
    static void read(long pid, Usage.Builder into) {
        try {
            String table = Files.readString(Path.of("/proc/" + pid + "/net/dev"), StandardCharsets.ISO_8859_1);
            long[] sums = sum(table);
            for (Column column : COLUMNS) {
                into.put(column.statistic(), OptionalLong.of(sums[column.index()]));
            }
        } catch (IOException gone) {
            // absent
        }
    }

    static long[] sum(String table) {
        long[] sums = new long[FIELDS];
        for (String line : table.split("\n", -1)) {
            int colon = line.indexOf(':');
            if (colon < 0 || line.substring(0, colon).strip().equals("lo")) {
                continue;
            }
            String[] fields = line.substring(colon + 1).strip().split("\\s+", -1);
            for (int i = 0; i < Math.min(FIELDS, fields.length); i++) {
                sums[i] += Long.parseLong(fields[i]);
            }
        }
        return sums;
    }
}
