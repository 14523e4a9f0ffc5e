package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Tuning.IoLimit;
import dev.coffer.container.Usage;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Share and limits of block devices, written by the page cache included.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html#io-interface-files">IO interface files</a>
 */
final class IoV2 implements Controller {
    private static final int DEFAULT_WEIGHT = 100;
    private static final Map<String, String> BYTES = Map.of("rbytes", "read", "wbytes", "write", "dbytes", "discard");
    private static final Map<String, String> OPERATIONS = Map.of("rios", "read", "wios", "write", "dios", "discard");

    @Override
    public String kernelName() {
        return "io";
    }

    @Override
    public void limit(Cgroup cgroup, Resources limits) throws ErrnoException {
        OptionalLong weight = limits.tuning().io().weight();
        if (weight.isPresent()) {
            writeWeight(cgroup, weight.getAsLong());
        }
        for (IoLimit limit : limits.tuning().io().limits()) {
            cgroup.write(
                    "io.max",
                    limit.device() + " rbps=" + text(limit.readBytes()) + " wbps=" + text(limit.writeBytes())
                            + " riops=" + text(limit.readOperations()) + " wiops=" + text(limit.writeOperations()));
        }
    }

    @Override
    public void update(Cgroup cgroup, Resources limits) throws ErrnoException {
        if (limits.tuning().io().weight().isEmpty()) {
            ControlFile.writeIfSupported(cgroup, "io.weight", "default " + DEFAULT_WEIGHT);
            ControlFile.writeIfSupported(cgroup, "io.bfq.weight", "default " + DEFAULT_WEIGHT);
        }
        for (String line : ControlFile.text(cgroup, "io.max").orElse("").split("\n", -1)) {
            if (!line.isEmpty()) {
                cgroup.write("io.max", line.substring(0, line.indexOf(' ')) + " rbps=max wbps=max riops=max wiops=max");
            }
        }
        limit(cgroup, limits);
    }

    /** Either file exists if its policy is built into the kernel: iocost or BFQ. */
    private static void writeWeight(Cgroup cgroup, long weight) throws ErrnoException {
        try {
            cgroup.write("io.weight", "default " + weight);
        } catch (ErrnoException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
            cgroup.write("io.bfq.weight", "default " + Math.min(weight, 1000));
        }
    }

    private static String text(OptionalLong limit) {
        return limit.isPresent() ? Long.toString(limit.getAsLong()) : "max";
    }

    /** Lines {@code 8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0}. */
    @Override
    public void usage(Cgroup cgroup, Usage.Builder into) {
        Optional<String> text = ControlFile.text(cgroup, "io.stat");
        if (text.isEmpty()) {
            return;
        }
        long[] sums = new long[2];
        text.get().lines().forEach(line -> {
            String[] words = line.split(" ", -1);
            for (int i = 1; i < words.length; i++) {
                int equals = words[i].indexOf('=');
                String key = equals < 0 ? "" : words[i].substring(0, equals);
                long figure = ControlFile.number(words[i], equals + 1).orElse(0);
                if (BYTES.containsKey(key)) {
                    into.put(Statistic.IO_SERVICE_BYTES, words[0] + " " + BYTES.get(key), figure);
                    sums[0] += figure;
                } else if (OPERATIONS.containsKey(key)) {
                    into.put(Statistic.IO_SERVICED, words[0] + " " + OPERATIONS.get(key), figure);
                    sums[1] += figure;
                }
            }
        });
        into.put(Statistic.IO_SERVICE_BYTES, sums[0]);
        into.put(Statistic.IO_SERVICED, sums[1]);
        Pressure.usage(cgroup, "io", Statistic.IO_PRESSURE_SOME, Statistic.IO_PRESSURE_FULL, into);
    }
}
