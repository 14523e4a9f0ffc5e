package dev.coffer.shim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.isolation.LaunchPlan;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.CapabilitySets;
import dev.coffer.isolation.Namespace;
import dev.coffer.linux.process.ExitPollerLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Java's idea of the wire and of the kernel's structures is that of the C compiler. */
class LauncherLayoutTest {
    private static final int ARGUMENT_HEAD = 8;
    private static final Map<String, Integer> numbers = new HashMap<>();
    private static final Map<String, String> signatures = new HashMap<>();

    @BeforeAll
    static void readLayout() throws IOException {
        Process launcher = new ProcessBuilder(Path.of("target/shim/coffer-shim").toString(), "--layout").start();
        String text = new String(launcher.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        for (String line : text.lines().toList()) {
            String[] words = line.split(" ", 3);
            if (words[0].equals("step")) {
                signatures.put(words[1], words[2].strip());
            } else if (words.length == 3) {
                numbers.put(words[0] + " " + words[1], Integer.parseInt(words[2]));
            } else {
                numbers.put(words[0], Integer.parseInt(words[1]));
            }
        }
    }

    @Test
    void theLauncherKnowsExactlyTheStepsOfThePlan() {
        Set<String> known = Arrays.stream(LaunchStep.class.getPermittedSubclasses())
                .map(type -> type.getSimpleName()
                        .replaceAll("([a-z])([A-Z])", "$1-$2")
                        .toLowerCase(java.util.Locale.ROOT))
                .collect(Collectors.toSet());

        assertThat(signatures.keySet()).isEqualTo(known);
    }

    @Test
    void everyStepIsEncodedWithTheKindsTheLauncherExpects() {
        List<LaunchStep> samples = samples();
        LaunchPlan plan =
                LaunchPlan.of(EnumSet.of(Namespace.MOUNT, Namespace.PID, Namespace.USER), Path.of("/r"), true, samples);
        ByteBuffer wire = ByteBuffer.wrap(LaunchPlanEncoder.encode(plan)).order(ByteOrder.nativeOrder());
        wire.position(LaunchPlanEncoder.HEADER_BYTES);

        for (LaunchStep step : plan.steps()) {
            int count = wire.getInt();
            wire.getInt();
            assertThat(readArgument(wire)).isEqualTo('s');
            StringBuilder kinds = new StringBuilder();
            for (int i = 1; i < count; i++) {
                kinds.append(readArgument(wire));
            }
            assertThat(kinds).as(LaunchPlan.nameOf(step)).hasToString(signatures.get(LaunchPlan.nameOf(step)));
        }
        assertThat(wire.remaining()).isZero();
    }

    @Test
    void theHeaderIsWhereTheLauncherReadsIt() {
        assertThat(numbers)
                .containsEntry("sizeof wire_header", LaunchPlanEncoder.HEADER_BYTES)
                .containsEntry("plan-version", LaunchPlanEncoder.VERSION)
                .containsEntry("sizeof wire_step", 8)
                .containsEntry("sizeof wire_arg", ARGUMENT_HEAD)
                .containsEntry("offsetof wire_header.total_bytes", 8)
                .containsEntry("offsetof wire_header.task_index", 24);
    }

    @Test
    void kernelStructuresHaveTheSizesThatTheBindingsUse() {
        assertThat(numbers)
                .containsEntry("sizeof epoll_event", ExitPollerLayout.EVENT_BYTES)
                .containsEntry("offsetof epoll_event.data", ExitPollerLayout.EVENT_DATA)
                .containsEntry("sizeof siginfo_t", 128)
                .containsEntry("offsetof siginfo_t.si_value", 24)
                .containsEntry("sizeof mount_attr_args", 32)
                .containsEntry("sizeof open_how_args", 24);
    }

    private static char readArgument(ByteBuffer wire) {
        char kind = (char) wire.getInt();
        int length = wire.getInt();
        wire.position(wire.position() + (length + 7) / 8 * 8);
        return kind;
    }

    private static List<LaunchStep> samples() {
        Path path = Path.of("/some/path");
        return List.of(
                new LaunchStep.JoinCgroup(path),
                new LaunchStep.CloneIntoCgroup(path),
                new LaunchStep.UnshareCgroup(),
                new LaunchStep.UserNamespace(100_000, 200_000, 65_536),
                new LaunchStep.TimeNamespace("boottime 5 0\n"),
                new LaunchStep.EnterUserNamespace(true),
                new LaunchStep.OverlayRoot(path, List.of("a", "b"), path, path, true),
                new LaunchStep.MountFilesystem("proc", "/proc", Set.of(), ""),
                new LaunchStep.Bind(path, "/there", Set.of()),
                new LaunchStep.OverlayVolume(
                        new LaunchStep.OverlayRoot(path, List.of("a"), path, path, true), path, "/there", Set.of()),
                new LaunchStep.MakeDevice("/dev/null", 1, 3, 0666),
                new LaunchStep.MakeDirectory("/made", 0755),
                new LaunchStep.MakeSymlink("there", "/here"),
                new LaunchStep.OpenTerminal(24, 80),
                new LaunchStep.MaskPath("/proc/kcore"),
                new LaunchStep.ReadOnlyPath("/proc/sys"),
                new LaunchStep.PivotRoot(),
                new LaunchStep.Hostname("name"),
                new LaunchStep.LoopbackUp(),
                new LaunchStep.SessionKeyring(),
                new LaunchStep.SetRlimit(7, 1, 2),
                new LaunchStep.SetOomScoreAdj(-5),
                new LaunchStep.WorkingDirectory("/", 0, 0),
                new LaunchStep.ApparmorProfile("a-profile"),
                new LaunchStep.NoNewPrivileges(),
                new LaunchStep.Identity(1, 2, List.of(3, 4, 5), new CapabilitySets(1, 2, 3, 4)),
                new LaunchStep.Seccomp(List.of(1L, 2L)),
                new LaunchStep.Exec(List.of("a", ""), List.of("B=c")));
    }
}
