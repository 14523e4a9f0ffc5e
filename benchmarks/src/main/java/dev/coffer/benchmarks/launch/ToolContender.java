package dev.coffer.benchmarks.launch;

import dev.coffer.benchmarks.launch.Sample.Lap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A contender that one of our C tools times: the floor itself, or another runtime's command line. */
final class ToolContender implements Contender {
    private static final int TIMEOUT_SECONDS = 300;

    private final String name;
    private final List<String> tool;
    private final List<String> arguments;

    /**
     * A contender run as {@code tool -n N -c C [--gap MS] arguments}.
     *
     * @param tool the program and its own options
     * @param arguments what follows the work
     */
    ToolContender(String name, List<String> tool, List<String> arguments) {
        this.name = name;
        this.tool = List.copyOf(tool);
        this.arguments = List.copyOf(arguments);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Sample run(Work work) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(tool);
        command.addAll(List.of("-n", Integer.toString(work.launches()), "-c", Integer.toString(work.concurrency())));
        if (work.gapMillis() > 0) {
            command.addAll(List.of("--gap", Integer.toString(work.gapMillis())));
        }
        command.addAll(arguments);
        Programs.Result result = Programs.run(TIMEOUT_SECONDS, command);
        if (result.status() != 0) {
            throw new IOException("cannot measure " + name + ": status " + result.status() + ": " + result.lastError());
        }
        Sample sample = parse(result.output());
        if (sample.failures() > 0) {
            throw new IOException("cannot measure " + name + ": " + sample.failures() + " of "
                    + sample.laps().size() + " launches failed: " + result.lastError());
        }
        return sample;
    }

    /** Reads the lines that stopwatch.h documents. */
    static Sample parse(String output) throws IOException {
        List<String> steps = List.of();
        List<Lap> laps = new ArrayList<>();
        double wall = Double.NaN;
        double cpu = Double.NaN;
        for (String line : output.lines().toList()) {
            String[] words = line.split("\t", -1);
            switch (words[0]) {
                case "steps" -> steps = Arrays.asList(words).subList(1, words.length);
                case "lap" -> laps.add(lap(words));
                case "total" -> {
                    wall = Double.parseDouble(words[1]);
                    cpu = Double.parseDouble(words[2]);
                }
                default -> throw new IOException("tool printed an unknown line '" + line + "'");
            }
        }
        if (Double.isNaN(wall) || laps.isEmpty()) {
            throw new IOException("tool printed no total");
        }
        return new Sample(steps, laps, wall, cpu);
    }

    private static Lap lap(String[] words) {
        List<Double> steps = Arrays.stream(words).skip(3).map(Double::valueOf).toList();
        return new Lap(!words[1].equals("0"), Double.parseDouble(words[2]), steps);
    }
}
