package dev.coffer.benchmarks.launch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The other runtimes that this machine has, each made ready to run our busybox the same way. */
final class Peers {
    private static final String IMAGE = "localhost/coffer:bench";
    private static final String CGROUP_V2_OF_HYBRID = "/sys/fs/cgroup/unified";
    private static final int MAX_WORKERS = 8;

    private final Workbench bench;
    private final Busybox busybox;
    private final List<Contender> runtimes = new ArrayList<>();
    private final List<Contender> engines = new ArrayList<>();
    private final List<IdleMemory.Peer> supervisors = new ArrayList<>();
    private final List<String> absent = new ArrayList<>();
    private Optional<Contender> podman = Optional.empty();

    private Peers(Workbench bench, Busybox busybox) {
        this.bench = bench;
        this.busybox = busybox;
    }

    static Peers find(Workbench bench, Busybox busybox) throws IOException, InterruptedException {
        Peers peers = new Peers(bench, busybox);
        peers.addBubblewrap();
        peers.addRuntime("crun", peers.withoutHybridMount());
        peers.addRuntime("runc", List.of());
        peers.addContainerd();
        peers.addPodman();
        peers.addDocker();
        return peers;
    }

    /** Those that only run a bundle: milliseconds. */
    List<Contender> runtimes() {
        return List.copyOf(runtimes);
    }

    /** Those with images and supervision: a hundred milliseconds and more. */
    List<Contender> engines() {
        return List.copyOf(engines);
    }

    List<IdleMemory.Peer> supervisors() {
        return List.copyOf(supervisors);
    }

    Optional<Contender> podman() {
        return podman;
    }

    /** Who is not measured, and why. */
    List<String> absent() {
        return List.copyOf(absent);
    }

    private boolean isInstalled(String program) {
        if (Programs.find(program).isPresent()) {
            return true;
        }
        absent.add(program + ": not installed");
        return false;
    }

    /** crun before 1.9 refuses a machine with v1 controllers and a cgroup2 mount beside them. */
    private List<String> withoutHybridMount() {
        return Files.exists(Path.of(CGROUP_V2_OF_HYBRID, "cgroup.controllers"))
                ? List.of("--without", CGROUP_V2_OF_HYBRID)
                : List.of();
    }

    private Contender command(String name, List<String> options, List<String> command) {
        List<String> arguments = new ArrayList<>(options);
        arguments.add("--");
        arguments.addAll(command);
        return new ToolContender(name, List.of(bench.tool("repeat")), arguments);
    }

    /** These make no writable layer themselves. */
    private List<String> freshOverlay(String bundles) {
        return List.of("--overlay", busybox.root() + ":" + bundles);
    }

    private void addBubblewrap() throws IOException {
        if (!isInstalled("bwrap")) {
            return;
        }
        String roots = Workbench.directory(bench.tmpfs(), "bwrap");
        List<String> command = new ArrayList<>(List.of("bwrap", "--bind", roots + "/w{W}/rootfs", "/"));
        command.addAll(List.of("--proc", "/proc", "--dev", "/dev"));
        for (String namespace : List.of("pid", "net", "ipc", "uts", "cgroup")) {
            command.add("--unshare-" + namespace);
        }
        command.add("/bin/true");
        runtimes.add(command("bwrap (no cgroups)", freshOverlay(roots), command));
    }

    private void addRuntime(String runtime, List<String> options) throws IOException {
        if (!isInstalled(runtime)) {
            return;
        }
        String bundles = Workbench.directory(bench.tmpfs(), runtime + "-bundles");
        for (int worker = 0; worker < MAX_WORKERS; worker++) {
            // an absolute path: a relative one would nest below this process's own cgroup and its limits
            String cgroup = "/" + Leftovers.CGROUP_PREFIX + "-" + runtime + "/w" + worker;
            Path bundle = Files.createDirectories(Path.of(bundles, "w" + worker));
            Files.writeString(bundle.resolve("config.json"), template().replace("@CGROUP@", cgroup));
        }
        List<String> all = new ArrayList<>(options);
        all.addAll(freshOverlay(bundles));
        String state = Workbench.directory(bench.tmpfs(), runtime + "-state");
        runtimes.add(
                command(runtime, all, List.of(runtime, "--root", state, "run", "--bundle", bundles + "/w{W}", "{ID}")));
    }

    private static String template() throws IOException {
        try (InputStream in = Peers.class.getResourceAsStream("bundle.json")) {
            if (in == null) {
                throw new IOException("bundle.json is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void addContainerd() throws IOException, InterruptedException {
        if (!isInstalled("ctr")) {
            return;
        }
        if (!Programs.succeeds("ctr", "version")) {
            absent.add("containerd: no daemon answers");
            return;
        }
        List<String> ctr = List.of("ctr", "--namespace", "coffer-bench");
        Programs.require(plus(ctr, "images", "import", busybox.archive().toString()));
        bench.atEnd("ctr", "namespaces", "rm", "coffer-bench");
        bench.atEnd("ctr", "--namespace", "coffer-bench", "images", "rm", "--sync", IMAGE);
        List<String> limits = List.of("--memory-limit", "268435456", "--cpus", "2", IMAGE);
        List<String> run = plus(plus(ctr, "run", "--rm"), limits);
        engines.add(command("containerd (ctr run)", List.of(), plus(run, "{ID}", "/bin/true")));
        supervisors.add(new IdleMemory.Peer(
                "containerd-shim",
                "containerd-shim",
                name -> plus(plus(plus(ctr, "run", "--detach"), limits), name, "/bin/sleep", "1000"),
                name -> List.of(
                        "sh",
                        "-c",
                        "c='ctr --namespace coffer-bench'; $c tasks kill -s KILL " + name + "; sleep 1; $c tasks rm "
                                + name + "; $c containers rm " + name)));
    }

    private void addPodman() throws IOException, InterruptedException {
        if (!isInstalled("podman")) {
            return;
        }
        Path own = bench.disk().resolve("podman");
        List<String> podman = new ArrayList<>(List.of("podman", "--root", own + "/root", "--runroot", own + "/run"));
        podman.addAll(List.of("--cgroup-manager", "cgroupfs", "--storage-driver", "overlay"));
        podman.addAll(List.of("--events-backend", "file"));
        Programs.require(plus(podman, "import", busybox.tar().toString(), IMAGE));
        // not above our own hard limits: without CAP_SYS_RESOURCE nobody could set podman's defaults
        List<String> limits = List.of("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=4096:4096");
        List<String> run = plus(plus(plus(podman, "run"), limits), limitsOfEngines());
        Contender found = command("podman run", withoutHybridMount(), plus(run, "--rm", IMAGE, "/bin/true"));
        engines.add(found);
        this.podman = Optional.of(found);
        supervisors.add(new IdleMemory.Peer(
                "conmon",
                "conmon",
                name -> outsideHybrid(plus(run, "--detach", "--name", name, IMAGE, "/bin/sleep", "1000")),
                name -> outsideHybrid(plus(podman, "rm", "--force", "--time", "0", name))));
    }

    private List<String> outsideHybrid(List<String> command) {
        List<String> all = new ArrayList<>(List.of(bench.tool("repeat"), "-n", "1"));
        all.addAll(withoutHybridMount());
        all.add("--");
        all.addAll(command);
        return all;
    }

    private void addDocker() throws IOException, InterruptedException {
        if (!isInstalled("docker")) {
            return;
        }
        if (!Programs.succeeds("docker", "info")) {
            absent.add("docker: no daemon answers");
            return;
        }
        Programs.require("docker", "import", busybox.tar().toString(), IMAGE);
        bench.atEnd("docker", "image", "rm", "--force", IMAGE);
        List<String> run = plus(List.of("docker", "run"), limitsOfEngines());
        engines.add(command("docker run", List.of(), plus(run, "--rm", IMAGE, "/bin/true")));
        supervisors.add(new IdleMemory.Peer(
                "containerd-shim of docker",
                "containerd-shim",
                name -> plus(run, "--detach", "--name", name, IMAGE, "/bin/sleep", "1000"),
                name -> List.of("docker", "rm", "--force", name)));
    }

    private static List<String> limitsOfEngines() {
        return List.of("--network", "none", "--memory", "256m", "--cpus", "2", "--pids-limit", "128");
    }

    private static List<String> plus(List<String> command, String... more) {
        return plus(command, List.of(more));
    }

    private static List<String> plus(List<String> command, List<String> more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(more);
        return all;
    }
}
