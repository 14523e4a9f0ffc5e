package dev.coffer.it.crash;

import dev.coffer.agent.Host;
import dev.coffer.agent.config.HostConfig;
import dev.coffer.container.ContainerId;
import dev.coffer.container.OptionalNamespaces.Mode;
import dev.coffer.containerizer.lifecycle.Stages;
import dev.coffer.isolation.LaunchPlan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/** Every point of a launch and a destroy, read off one that runs undisturbed: a new step is covered without editing. */
final class CrashPoints implements Stages {
    private final Set<String> found = new LinkedHashSet<>();

    private CrashPoints() {}

    static List<String> of(HostConfig config, Path launcher, Optional<String> image, ContainerId id, Mode users)
            throws IOException, InterruptedException, ExecutionException {
        CrashPoints points = new CrashPoints();
        try (Host host = Host.open(config, points, Optional.empty())) {
            host.containerizer().launch(CrashAgent.spec(id, image, "exec sleep 1000", users));
            host.containerizer().destroy(id).orElseThrow().get();
        }
        points.found.addAll(ofLauncher(launcher));
        return new ArrayList<>(points.found);
    }

    /** The launcher's test build names its own points. */
    private static List<String> ofLauncher(Path launcher) throws IOException {
        Process process = new ProcessBuilder(launcher.toString(), "--layout").start();
        String layout = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        return layout.lines()
                .filter(line -> line.startsWith("point "))
                .map(line -> line.substring("point ".length()))
                .toList();
    }

    @Override
    public void reached(String stage) {
        found.add(stage);
    }

    @Override
    public void planned(LaunchPlan plan) {
        for (int i = 0; i < plan.steps().size(); i++) {
            found.add("step:" + i + ":" + LaunchPlan.nameOf(plan.steps().get(i)));
        }
    }
}
