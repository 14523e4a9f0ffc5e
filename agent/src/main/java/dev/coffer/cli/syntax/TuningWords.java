package dev.coffer.cli.syntax;

import dev.coffer.container.Requests;
import dev.coffer.container.Resources;
import dev.coffer.container.Tuning;
import dev.coffer.container.Tuning.IoLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Requests and tuning, which few command lines have. Causes only; the caller names the option. For one use. */
final class TuningWords {
    private static final double SHARES_PER_PROCESSOR = 1024;
    private static final int S_IFMT = 0xf000;
    private static final int S_IFBLK = 0x6000;

    private final Map<String, IoLimit> ioLimits = new LinkedHashMap<>();
    private final Map<String, Long> hugetlb = new LinkedHashMap<>();
    private final Map<String, Long> misc = new LinkedHashMap<>();
    private final List<String> devices = new ArrayList<>();
    private OptionalDouble cpusRequested = OptionalDouble.empty();
    private OptionalLong memoryRequested = OptionalLong.empty();
    private OptionalLong memoryAndSwap = OptionalLong.empty();
    private OptionalLong memoryHigh = OptionalLong.empty();
    private OptionalLong ioWeight = OptionalLong.empty();
    private boolean killTogether;
    private Tuning.Cpu cpu = Tuning.Cpu.DEFAULT;

    /** Takes one value of one option. */
    String add(String option, String value) {
        switch (option) {
            case "--cpus-request" -> cpusRequested = OptionalDouble.of(decimal(value));
            case "--cpu-shares" -> cpusRequested = OptionalDouble.of(number(value, 2) / SHARES_PER_PROCESSOR);
            case "--memory-reservation" -> memoryRequested = OptionalLong.of(Sizes.parse(value));
            case "--memory-high" -> memoryHigh = OptionalLong.of(Sizes.parse(value));
            case "--memory-swap" -> memoryAndSwap = OptionalLong.of(value.equals("-1") ? -1 : Sizes.parse(value));
            case "--oom-group" -> killTogether = Boolean.parseBoolean(value);
            case "--blkio-weight" -> ioWeight = new Tuning.Io(OptionalLong.of(number(value, 1)), List.of()).weight();
            case "--device-cgroup-rule" ->
                devices.addAll(new Tuning.Access(List.of(value.strip().replaceAll(" +", " ")), false).devices());
            case "--hugetlb" -> hugetlb.put(key(value), Sizes.parse(valueOf(value)));
            case "--misc" -> misc.put(key(value), number(valueOf(value), 0));
            case "--device-read-bps", "--device-write-bps", "--device-read-iops", "--device-write-iops" ->
                limitDevice(option, value);
            default -> cpu = withCpu(option, value);
        }
        return value;
    }

    private Tuning.Cpu withCpu(String option, String value) {
        boolean on = Boolean.parseBoolean(value);
        return new Tuning.Cpu(
                option.equals("--cpu-burst") ? OptionalLong.of(number(value, 0)) : cpu.burstMicros(),
                option.equals("--cpu-idle") ? on : cpu.idle(),
                option.equals("--cpus-revocable") ? on : cpu.revocable(),
                option.equals("--cpus-exclusive") ? (int) Math.min(number(value, 1), 1 << 16) : cpu.exclusive(),
                option.equals("--cpuset-mems") ? Optional.of(value) : cpu.memoryNodes(),
                option.equals("--cpuset-cpus") ? Optional.of(value) : cpu.processors());
    }

    private void limitDevice(String option, String value) {
        int colon = value.lastIndexOf(':');
        if (colon <= 0) {
            throw new IllegalArgumentException("write DEVICE:LIMIT, such as /dev/sda:1MB");
        }
        String device = device(value.substring(0, colon));
        String limit = value.substring(colon + 1);
        OptionalLong figure = OptionalLong.of(option.endsWith("-bps") ? Sizes.parse(limit) : number(limit, 1));
        OptionalLong none = OptionalLong.empty();
        IoLimit old = ioLimits.getOrDefault(device, new IoLimit(device, none, none, none, none));
        ioLimits.put(
                device,
                new IoLimit(
                        device,
                        option.equals("--device-read-bps") ? figure : old.readBytes(),
                        option.equals("--device-write-bps") ? figure : old.writeBytes(),
                        option.equals("--device-read-iops") ? figure : old.readOperations(),
                        option.equals("--device-write-iops") ? figure : old.writeOperations()));
    }

    /** The numbers of a block device, given by them or by its path. */
    private static String device(String name) {
        if (!name.startsWith("/")) {
            return name;
        }
        try {
            int mode = (Integer) Files.getAttribute(Path.of(name), "unix:mode");
            long number = (Long) Files.getAttribute(Path.of(name), "unix:rdev");
            if ((mode & S_IFMT) != S_IFBLK) {
                throw new IllegalArgumentException(name + " is no block device");
            }
            long major = ((number >>> 32) & 0xfffff000L) | ((number >>> 8) & 0xfffL);
            long minor = ((number >>> 12) & 0xffffff00L) | (number & 0xffL);
            return major + ":" + minor;
        } catch (IOException e) {
            throw new IllegalArgumentException("there is no device " + name + " on this host", e);
        }
    }

    private static String key(String word) {
        int equals = word.indexOf('=');
        if (equals <= 0) {
            throw new IllegalArgumentException("write NAME=VALUE");
        }
        return word.substring(0, equals);
    }

    private static String valueOf(String word) {
        return word.substring(word.indexOf('=') + 1);
    }

    private static double decimal(String text) {
        try {
            return new Requests(OptionalDouble.of(Double.parseDouble(text)), OptionalLong.empty())
                    .cpus()
                    .getAsDouble();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a number; write 0.5 or 2", e);
        }
    }

    private static long number(String text, long least) {
        long number;
        try {
            number = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("not a whole number", e);
        }
        if (number < least) {
            throw new IllegalArgumentException("it must be " + least + " or more");
        }
        return number;
    }

    /**
     * Limits with all this.
     *
     * @throws IllegalArgumentException if it does not go with them
     */
    Resources apply(Resources limits) {
        Tuning tuning = limits.tuning()
                .with(cpu)
                .with(new Tuning.Memory(memoryHigh, swap(limits), killTogether))
                .with(new Tuning.Io(ioWeight, List.copyOf(ioLimits.values())))
                .with(new Tuning.Access(devices, limits.tuning().access().cgroups()))
                .withHugetlb(hugetlb)
                .withMisc(misc);
        return limits.with(new Requests(cpusRequested, memoryRequested)).with(tuning);
    }

    /** Docker counts memory and swap together. */
    private OptionalLong swap(Resources limits) {
        if (memoryAndSwap.isEmpty() || memoryAndSwap.getAsLong() == -1) {
            return OptionalLong.empty();
        }
        long memory = limits.memoryBytes()
                .orElseThrow(() -> new IllegalArgumentException("--memory-swap goes with --mem, which it includes"));
        if (memoryAndSwap.getAsLong() < memory) {
            throw new IllegalArgumentException("--memory-swap includes --mem and so must not be less");
        }
        return OptionalLong.of(memoryAndSwap.getAsLong() - memory);
    }
}
