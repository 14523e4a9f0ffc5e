package dev.coffer.isolators.cgroup;

import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Tuning.IoLimit;
import dev.coffer.container.Usage;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.cgroup.Cgroup;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Share of block devices, and limits of what is done to them directly; v1 does not see what the page cache writes later.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v1/blkio-controller.html">Block IO controller</a>
 */
final class BlkioV1 implements Controller {
    private static final long MAX_WEIGHT = 1000;
    private static final String DEFAULT_WEIGHT = "100";
    private static final List<String> RATES = List.of("read_bps", "write_bps", "read_iops", "write_iops");

    @Override
    public String kernelName() {
        return "blkio";
    }

    @Override
    public void limit(Cgroup cgroup, Resources limits) throws ErrnoException {
        OptionalLong weight = limits.tuning().io().weight();
        if (weight.isPresent()) {
            cgroup.write("blkio.bfq.weight", Long.toString(Math.min(weight.getAsLong(), MAX_WEIGHT)));
        }
        for (IoLimit limit : limits.tuning().io().limits()) {
            write(cgroup, "read_bps", limit.device(), limit.readBytes());
            write(cgroup, "write_bps", limit.device(), limit.writeBytes());
            write(cgroup, "read_iops", limit.device(), limit.readOperations());
            write(cgroup, "write_iops", limit.device(), limit.writeOperations());
        }
    }

    /** A device that is not limited any more is at 0. */
    @Override
    public void update(Cgroup cgroup, Resources limits) throws ErrnoException {
        if (limits.tuning().io().weight().isEmpty()) {
            ControlFile.writeIfSupported(cgroup, "blkio.bfq.weight", DEFAULT_WEIGHT);
        }
        for (String what : RATES) {
            String file = "blkio.throttle." + what + "_device";
            for (String line : ControlFile.text(cgroup, file).orElse("").split("\n", -1)) {
                if (!line.isEmpty()) {
                    cgroup.write(file, line.substring(0, line.indexOf(' ')) + " 0");
                }
            }
        }
        limit(cgroup, limits);
    }

    /** None is 0 here. */
    private static void write(Cgroup cgroup, String what, String device, OptionalLong limit) throws ErrnoException {
        if (limit.isPresent()) {
            cgroup.write("blkio.throttle." + what + "_device", device + " " + limit.getAsLong());
        }
    }

    @Override
    public void usage(Cgroup cgroup, Usage.Builder into) {
        put(cgroup, "blkio.throttle.io_service_bytes_recursive", Statistic.IO_SERVICE_BYTES, into);
        put(cgroup, "blkio.throttle.io_serviced_recursive", Statistic.IO_SERVICED, into);
    }

    /** Lines {@code 8:0 Read 4096}, and {@code Total 4096} at the end. */
    private static void put(Cgroup cgroup, String file, Statistic statistic, Usage.Builder into) {
        Optional<String> text = ControlFile.text(cgroup, file);
        if (text.isEmpty()) {
            return;
        }
        text.get().lines().forEach(line -> {
            String[] words = line.split(" ", -1);
            if (words.length == 3) {
                String label = words[0] + " " + words[1].toLowerCase(Locale.ROOT);
                ControlFile.number(words[2], 0).ifPresent(figure -> into.put(statistic, label, figure));
            }
        });
        into.put(statistic, ControlFile.value(text.get(), "Total"));
    }
}
