package dev.coffer.isolators.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTreeTest {
    @TempDir
    Path proc;

    private void process(long pid, String name, long parent, long start, long figure) throws IOException {
        String stat = pid + " (" + name + ") S " + parent + " 1 1 0 -1 0 0 0 0 0 " + figure + " " + 2 * figure + " "
                + 3 * figure + " " + 4 * figure + " 20 0 " + figure + " 0 " + start + " 1000 " + figure + " 0\n";
        Files.writeString(
                Files.createDirectory(proc.resolve(Long.toString(pid))).resolve("stat"), stat);
    }

    @Test
    void sumsAProcessAndItsDescendantsWhateverTheirNames() throws IOException {
        process(10, "init", 1, 500, 1);
        process(11, "a) S 99 (", 10, 501, 2);
        process(12, "b c", 11, 502, 3);
        process(20, "other", 1, 503, 100);

        assertThat(new ProcessTree(proc).figures(10, 500))
                .contains(new ProcessTree.Figures(3, 6, (6 + 18) * 10_000_000L, (12 + 24) * 10_000_000L, 6 * 4096L));
    }

    @Test
    void doesNotTakeALaterProcessOfThatNumberForTheContainer() throws IOException {
        process(10, "stranger", 1, 501, 1);

        assertThat(new ProcessTree(proc).figures(10, 500)).isEmpty();
        assertThat(new ProcessTree(proc).figures(11, 500)).isEmpty();
    }
}
