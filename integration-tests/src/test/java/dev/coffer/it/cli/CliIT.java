package dev.coffer.it.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coffer.it.cli.Coffer.Result;
import dev.coffer.it.cli.Coffer.Running;
import dev.coffer.it.support.BusyboxImage;
import dev.coffer.it.support.HostSnapshot;
import dev.coffer.it.support.TestDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CliIT {
    private static TestDirectories directories;
    private static Coffer coffer;
    private static String image;
    private static HostSnapshot before;

    @BeforeAll
    static void pullTheImage() throws IOException, InterruptedException {
        directories = new TestDirectories();
        coffer = new Coffer(directories);
        image = BusyboxImage.write(directories.base().resolve("image"));
        assertThat(coffer.coffer("pull", image).status()).isZero();
        assertThat(coffer.run(image, "true")).isEqualTo(new Result(0, "", "")); // makes the directories
        before = HostSnapshot.take(directories);
    }

    @AfterAll
    static void removeEverything() throws IOException {
        directories.close();
    }

    @AfterEach
    void leavesNothing() throws IOException, InterruptedException {
        try {
            before.assertNothingWasAdded(directories);
        } finally {
            coffer.coffer("cleanup"); // what one test leaves is not the next one's
        }
    }

    @Test
    void keepsTheStreamsApartAndExitsAsTheTask() throws Exception {
        assertThat(coffer.run(image, "sh", "-c", "echo out; echo err >&2; exit 7"))
                .isEqualTo(new Result(7, "out\n", "err\n"));
        assertThat(coffer.run(image, "sh", "-c", "kill -9 $$").status()).isEqualTo(137);
    }

    @Test
    void takesTheImageAsAWordOrAsAnOption() throws Exception {
        assertThat(coffer.run(image, "echo", "-n", "--cpus").out()).isEqualTo("--cpus");
        assertThat(coffer.run("--image", image, "--", "echo", "hi").out()).isEqualTo("hi\n");
        assertThat(coffer.run("--image=" + image, "echo", "hi").out()).isEqualTo("hi\n");
        assertThat(coffer.run(image, "--", "echo", "hi").out()).isEqualTo("hi\n");
    }

    @Test
    void runsOnAReadOnlyViewOfTheHostWithoutAnImageAndSaysSo() throws Exception {
        Result result = coffer.run("--", "sh", "-c", "touch /coffer-was-here; ls -d /etc");

        assertThat(result.out()).isEqualTo("/etc\n");
        assertThat(result.err().lines().findFirst().orElse("")).contains("read-only view of this host");
        assertThat(result.err()).contains("Read-only file system");
    }

    @Test
    void passesStandardInputOnOnlyIfAsked() throws Exception {
        assertThat(coffer.start("typed\n", coffer.runWords("-i", image, "cat"))
                        .await()
                        .out())
                .isEqualTo("typed\n");
        assertThat(coffer.start("typed\n", coffer.runWords(image, "cat"))
                        .await()
                        .out())
                .isEmpty();
    }

    @Test
    void understandsTheShortFormsOfDocker() throws Exception {
        Result result = coffer.run(
                "-m64m",
                "--pids-limit",
                "20",
                "-e",
                "A=b c",
                "-w",
                "/tmp",
                "-u",
                "worker:disk",
                "-v",
                directories.base() + "/image:/given:ro",
                image,
                "sh",
                "-c",
                "echo $A $FROM_IMAGE; pwd; id -u; id -g; ls /given/oci-layout; touch /given/x");

        assertThat(result.out()).isEqualTo("b c yes\n/tmp\n1000\n6\n/given/oci-layout\n");
        assertThat(result.err()).contains("Read-only file system");
    }

    @Test
    void saysThatTheMemoryLimitWasTheReason() throws Exception {
        Result result = coffer.run("--mem", "64MB", image, "dd", "if=/dev/zero", "of=/dev/null", "bs=200M", "count=1");

        assertThat(result.status()).isEqualTo(137);
        assertThat(result.err()).matches("coffer: container .*: memory limit of 67108864 bytes exceeded: .*\n");
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130", "HUP, 129", "USR1, 138"})
    void passesSignalsOnToTheTask(String signal, int status) throws Exception {
        Running running = startSleeping();

        send(signal, running.process().pid());

        assertThat(running.await().status()).isEqualTo(status);
    }

    @Test
    void losesNoSignalThatComesAsTheTaskBegins() throws Exception {
        for (int i = 0; i < 10; i++) {
            Running running = startSleeping();
            send("USR1", running.process().pid());
            assertThat(running.await().status()).isEqualTo(138);
        }
    }

    @Test
    void leavesItToTheTaskWhatASignalDoes() throws Exception {
        Running running = coffer.start(
                "",
                coffer.runWords(
                        image, "sh", "-c", "trap 'echo caught; exit 3' TERM; echo ready; while :; do sleep 0.1; done"));
        await().until(() -> Files.readString(running.out()).contains("ready"));

        send("TERM", running.process().pid());

        assertThat(running.await()).isEqualTo(new Result(3, "ready\ncaught\n", ""));
    }

    @Test
    void endsALaunchThatIsStillUnderWay() throws Exception {
        for (int delayMillis = 40; delayMillis <= 400; delayMillis += 40) {
            Running running = coffer.start("", coffer.runWords(image, "sleep", "100"));
            running.process().waitFor(delayMillis, TimeUnit.MILLISECONDS);
            send("TERM", running.process().pid());
            assertThat(running.await().status()).isEqualTo(143);
        }
    }

    @Test
    void givesATerminalAndItsSize() throws Exception {
        List<String> words = new ArrayList<>(List.of(coffer.command().toString()));
        words.addAll(coffer.runWords("-it", image, "sh", "-c", "'stty size; tty; read line; echo got $line; exit 5'"));
        Running running = coffer.startProgram(
                "hello\n", List.of("script", "-qec", "stty rows 33 cols 77; " + String.join(" ", words), "/dev/null"));

        Result result = running.await();

        assertThat(result.out()).contains("33 77\r\n", "/dev/pts/0\r\n", "got hello\r\n");
        assertThat(result.status()).isEqualTo(5);
    }

    @Test
    void needsATerminalForOne() throws Exception {
        assertThat(coffer.run("-t", image, "true"))
                .isEqualTo(new Result(125, "", "coffer: cannot use -t: -t needs a terminal on standard input\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    run IMAGE nosuch                     | 127 | cannot run 'nosuch'
                    run IMAGE /etc/not-executable        | 126 | cannot run '/etc/not-executable'
                    run oci:/nosuch true                 | 125 | oci:/nosuch
                    run -u nosuch IMAGE true             | 125 | nosuch
                    run --mem 1KB IMAGE true             | 125 | the minimum is 32 MB
                    run --mem 0 IMAGE true               | 125 | must be more than 0
                    run --mem lots IMAGE true            | 125 | not a size
                    run --cpus 1000 IMAGE true           | 125 | this host has
                    run --cpus -1 IMAGE true             | 125 | must be more than 0
                    run --pids 0 IMAGE true              | 125 | must be more than 0
                    run -v /nosuch:/x IMAGE true         | 125 | there is no /nosuch
                    run --name a/b IMAGE true            | 125 | a/b
                    run --memm 64m IMAGE true            | 125 | did you mean --mem
                    run --network bridge IMAGE true      | 125 | no networks are configured
                    run --cap-add NOSUCH IMAGE true      | 125 | no such capability
                    run                                  | 125 | nothing to run
                    runn IMAGE                           | 125 | did you mean run
                    pull                                 | 125 | nothing to pull
                    explain oci:/nosuch                  | 125 | coffer pull
                    """)
    void refusesWhatCannotBeDoneInOneLine(String words, int status, String says) throws Exception {
        Result result = coffer.coffer(words.replace("IMAGE", image).split(" +", -1));

        assertThat(result.err()).startsWith("coffer: ").contains(says).doesNotContain("\tat ");
        assertThat(result.err().lines()).hasSize(1);
        assertThat(result.status()).isEqualTo(status);
        assertThat(result.out()).isEmpty();
    }

    @Test
    void saysAllThatIsWrongAtOnce() throws Exception {
        Result result = coffer.run("--mem", "1KB", "--cpus", "0", "--pids", "x", image, "true");

        assertThat(result.err().lines()).hasSize(3).allMatch(line -> line.startsWith("coffer: cannot use --"));
    }

    @Test
    void saysThatRootIsNeeded() throws Exception {
        // in a user namespace without a mapping we are nobody, and may still read the program's files
        Result result = coffer.startProgram(
                        "", List.of("unshare", "-U", coffer.command().toString(), "run", "--", "true"))
                .await();

        assertThat(result.err())
                .isEqualTo("coffer: cannot run containers: Coffer needs root for namespaces, mounts and"
                        + " cgroups; use sudo\n");
        assertThat(result.status()).isEqualTo(125);
    }

    @Test
    void refusesATakenName() throws Exception {
        Running first = startSleeping();
        String name = nameOf(first);

        assertThat(coffer.coffer("run", "--rm", "--name", name, image, "true").err())
                .contains("the name is taken");

        send("TERM", first.process().pid());
        assertThat(first.await().status()).isEqualTo(143);
    }

    @Test
    void cleansUpAfterACliThatWasKilledAndLeavesOthersAlone() throws Exception {
        Running killed = startSleeping();
        String orphan = nameOf(killed);
        Running alive = startSleeping();
        send("KILL", killed.process().pid());
        killed.await();

        Result cleanup = coffer.coffer("cleanup");

        assertThat(cleanup.out())
                .contains("removed running container " + orphan)
                .doesNotContain(nameOf(alive));
        assertThat(alive.process().isAlive()).isTrue();
        assertThat(coffer.coffer("cleanup").out()).isEqualTo("nothing to remove\n");
        send("TERM", alive.process().pid());
        assertThat(alive.await().status()).isEqualTo(143);
    }

    @Test
    void keepsTheSandboxWithoutRmUntilCleanup() throws Exception {
        String name = coffer.newName();

        assertThat(coffer.coffer("run", "--name", name, image, "sh", "-c", "echo kept > /kept")
                        .status())
                .isZero();
        assertThat(directories.config().workDirectory().resolve("sandboxes/" + name))
                .exists();

        assertThat(coffer.coffer("cleanup").out()).contains("removed sandbox").contains(name);
    }

    @Test
    void explainsTheLaunchAndRunsNothing() throws Exception {
        Result result = coffer.coffer("explain", "--mem", "64MB", "--network", "host", image, "echo", "hi");

        assertThat(result.out())
                .contains("memory 67108864 bytes")
                .contains("namespaces: own mount, cgroup, uts, ipc, pid\n")
                .contains("overlay-root 1 layers")
                .containsPattern("\n +\\d+  exec echo hi \\(variables: .*\\)\n");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void listsImages() throws Exception {
        assertThat(coffer.coffer("images").out().lines().skip(1))
                .singleElement()
                .asString()
                .matches("\\Q" + image + "\\E  [0-9a-f]{12} +\\d+\\.\\d MB  .*");
    }

    @Test
    void examinesTheHost() throws Exception {
        Result result = coffer.coffer("doctor");

        assertThat(result.out()).contains("root", "openat2", "cgroup memory", "runtime_dir");
        assertThat(result.out().lines().reduce((a, b) -> b).orElse("")).startsWith("containers can run here");
        assertThat(result.status()).isZero();
    }

    private static Running startSleeping() throws IOException {
        Running running = coffer.start("", coffer.runWords(image, "sh", "-c", "echo ready; exec sleep 100"));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Files.readString(running.out()).contains("ready"));
        return running;
    }

    private static String nameOf(Running running) {
        String line = running.process().info().commandLine().orElse("");
        String rest = line.substring(line.indexOf("--name ") + "--name ".length());
        return rest.substring(0, rest.indexOf(' '));
    }

    private static void send(String signal, long pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }
}
