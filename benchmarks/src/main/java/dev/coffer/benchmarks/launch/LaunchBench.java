package dev.coffer.benchmarks.launch;

import dev.coffer.benchmarks.launch.Contender.Work;
import dev.coffer.benchmarks.launch.Slice.Situation;
import dev.coffer.container.ContainerException;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code ./dev bench launch}: the whole measurement, from an empty workbench to the report. */
public final class LaunchBench {
    static final String FLOOR = "floor";
    static final String COFFER = "coffer";

    private static final int CROWD = 500;
    private static final int GAP_MILLIS = 100;
    private static final int WARM_UP = 3_000;
    private static final int QUICK_WARM_UP = 300;

    private final LaunchOptions options;
    private final Workbench bench;
    private final Busybox busybox;
    private final Peers peers;
    private final CofferHost host;
    private final CofferHost hostOnExt4;
    private final List<Slice> slices = new ArrayList<>();
    private final List<Slice> crowdSlices = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();

    private LaunchBench(LaunchOptions options, Workbench bench, CofferHost host, CofferHost hostOnExt4)
            throws IOException, InterruptedException {
        this.options = options;
        this.bench = bench;
        this.busybox = Busybox.make(Path.of(Workbench.directory(bench.tmpfs(), "busybox")));
        this.peers = Peers.find(bench, busybox);
        this.host = host;
        this.hostOnExt4 = hostOnExt4;
        this.remarks.addAll(peers.absent());
    }

    /** Measures, prints the report and writes it to the file asked for. */
    public static void main(List<String> arguments) throws IOException, InterruptedException {
        LaunchOptions options = LaunchOptions.parse(arguments);
        Path target = target();
        try (Workbench bench = Workbench.open(target.resolve("bench"));
                CofferHost host = CofferHost.open(bench.coffer("main", bench.tmpfs()));
                CofferHost hostOnExt4 = CofferHost.open(bench.coffer("ext4", bench.ext4()))) {
            String report = new LaunchBench(options, bench, host, hostOnExt4).measure(target.resolve("../.."));
            Files.writeString(options.out(), report);
            System.out.print(report);
        }
    }

    /** The build directory of this module. */
    private static Path target() throws IOException {
        try {
            return Path.of(LaunchBench.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolveSibling("")
                    .normalize();
        } catch (URISyntaxException e) {
            throw new IOException("cannot find the build directory: " + e.getMessage(), e);
        }
    }

    private String measure(Path checkout) throws IOException, InterruptedException {
        plan();
        planCommandLines(checkout.resolve("agent/target/coffer/bin/coffer"));
        say("warming up");
        warmUp();
        Results results = new Results();
        QuietWindow quiet = new QuietWindow(options.quick() ? 500 : 4_000);
        Rounds rounds = new Rounds(quiet, results);
        for (int round = 1; round <= options.rounds(); round++) {
            say("round " + round + " of " + options.rounds());
            rounds.run(slices);
            try (Crowd ignored = Crowd.of(options.quick() ? CROWD / 10 : CROWD, host, image())) {
                rounds.run(crowdSlices);
            }
        }
        say("idle containers");
        List<IdleMemory.Row> memory = idleMemory();
        remarks.addAll(results.failures());
        return new Report(options, results, memory, remarks, quiet.toString()).markdown();
    }

    private static void say(String text) {
        System.err.println("bench: " + text);
    }

    private Optional<String> image() {
        return options.hostView() ? Optional.empty() : Optional.of(busybox.reference());
    }

    private Contender coffer(String name, CofferHost where, Optional<String> image, boolean init) {
        return new CofferContender(name, where, image, init);
    }

    private Contender floor(String name, Path fileSystem, String... flags) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("--lower", busybox.root().toString()));
        arguments.addAll(List.of("--state", Workbench.directory(fileSystem, "floor")));
        arguments.addAll(List.of("--cgroup", Leftovers.CGROUP_PREFIX + "-floor"));
        arguments.addAll(List.of(flags));
        return new ToolContender(name, List.of(bench.tool("floor")), arguments);
    }

    private void plan() throws IOException {
        Contender floor = floor(FLOOR, bench.tmpfs());
        Contender coffer = coffer(COFFER, host, image(), true);
        Contender bare = coffer(COFFER + " init=false", host, image(), false);
        for (int concurrency : List.of(1, 2, 4, 8)) {
            int launches = concurrency == 1 ? 200 : 300;
            for (Contender light : List.of(floor, coffer, bare)) {
                add(Situation.BACK_TO_BACK, light, launches, concurrency, 0);
            }
            for (Contender runtime : peers.runtimes()) {
                add(Situation.BACK_TO_BACK, runtime, 8 + 4 * concurrency, concurrency, 0);
            }
            for (Contender engine : peers.engines()) {
                add(Situation.BACK_TO_BACK, engine, 8 + concurrency, concurrency, 0);
            }
        }
        for (Contender light : List.of(floor, coffer, bare)) {
            add(Situation.PAUSED, light, 20, 1, GAP_MILLIS);
            crowdSlices.add(new Slice(Situation.CROWD, light, new Work(count(40), 1, 0)));
        }
        add(Situation.LAYERS, floor(FLOOR, bench.tmpfs(), "--layers", "20"), 40, 1, 0);
        if (!options.hostView()) {
            add(Situation.LAYERS, coffer(COFFER, host, Optional.of(busybox.referenceOfTwentyLayers()), true), 40, 1, 0);
        }
        add(Situation.EXT4, floor(FLOOR, bench.ext4()), 40, 1, 0);
        add(Situation.EXT4, floor("floor, volatile", bench.ext4(), "--volatile"), 40, 1, 0);
        add(Situation.EXT4, coffer(COFFER, hostOnExt4, image(), true), 40, 1, 0);
        add(Situation.EXT4, coffer(COFFER + " init=false", hostOnExt4, image(), false), 40, 1, 0);
    }

    private void add(Situation situation, Contender contender, int launches, int concurrency, int gapMillis) {
        slices.add(new Slice(situation, contender, new Work(count(launches), concurrency, gapMillis)));
    }

    /** At least one launch for each of eight at once. */
    private int count(int launches) {
        return options.quick() ? Math.max(8, launches / 4) : launches;
    }

    private void planCommandLines(Path launcher) throws IOException {
        if (!Files.isExecutable(launcher)) {
            remarks.add("cold command line: " + launcher.normalize() + " is not built");
            return;
        }
        if (options.hostView()) {
            remarks.add("cold command line: measured only with an image");
            return;
        }
        Path own = Path.of(Workbench.directory(bench.tmpfs(), "cli"));
        List<String> command = new ArrayList<>(List.of("--", "env"));
        command.add("COFFER_WORK_DIR=" + own.resolve("work"));
        command.add("COFFER_RUNTIME_DIR=" + own.resolve("run"));
        command.add("COFFER_DOCKER_STORE_DIR=" + own.resolve("store"));
        command.add("COFFER_CGROUPS_ROOT=" + Leftovers.CGROUP_PREFIX + "-cli");
        command.addAll(List.of(launcher.toString(), "run", "--rm", "--cpus", "2", "--mem", "256MB", "--pids", "128"));
        command.addAll(List.of("--image", busybox.reference(), "--", "true"));
        Contender coffer = new ToolContender("coffer run", List.of(bench.tool("repeat")), command);
        add(Situation.COMMAND_LINE, coffer, 8, 1, 0);
        peers.podman().ifPresent(podman -> add(Situation.COMMAND_LINE, podman, 8, 1, 0));
    }

    /** Until the JIT compiler has seen the launch path often enough, as in an agent that has run for a while. */
    private void warmUp() throws IOException, InterruptedException {
        int launches = options.quick() ? QUICK_WARM_UP : WARM_UP;
        for (boolean init : List.of(true, false)) {
            coffer("warm-up", host, image(), init).run(new Work(launches / 2, 1, 0));
        }
        coffer("warm-up", host, image(), true).run(new Work(launches / 2, 8, 0));
        coffer("warm-up", hostOnExt4, image(), true).run(new Work(8, 1, 0));
    }

    private List<IdleMemory.Row> idleMemory() throws IOException, InterruptedException {
        List<IdleMemory.Row> rows = new ArrayList<>();
        rows.add(IdleMemory.ofCoffer(host, image(), true));
        rows.add(IdleMemory.ofCoffer(host, image(), false));
        for (IdleMemory.Peer peer : peers.supervisors()) {
            try {
                rows.add(IdleMemory.of(peer));
            } catch (IOException | ContainerException e) {
                remarks.add("idle memory of " + peer.name() + ": " + e.getMessage());
            }
        }
        return rows;
    }
}
