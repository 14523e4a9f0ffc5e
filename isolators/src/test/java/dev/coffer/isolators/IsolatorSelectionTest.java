package dev.coffer.isolators;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolators.contract.FakeHost;
import dev.coffer.isolators.host.HostFacts;
import dev.coffer.linux.ErrnoException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code --isolation} comes to; a host that has everything is this one, of the other there is nothing. */
class IsolatorSelectionTest {
    private static final String LEAST = "filesystem/linux,namespaces/pid,";

    private final IsolatorCatalog catalog = new IsolatorCatalog(
            HostFacts.ofThisHost(),
            List.of(
                    new Other("filesystem/second", Set.of(), Optional.empty()),
                    new Other("network/one", Set.of(), Optional.empty()),
                    new Other("network/two", Set.of(), Optional.empty()),
                    new Other("other/needy", Set.of("cgroups/mem"), Optional.empty()),
                    new Other("other/absent", Set.of(), Optional.of("there is no such card; buy one"))));

    @TempDir
    private Path directory;

    /** One that is not built in. */
    private record Other(String name, Set<String> requires, Optional<String> missing) implements IsolatorProvider {
        @Override
        public Optional<String> missing(IsolatorSetting setting) {
            return missing;
        }

        @Override
        public List<Isolator> create(IsolatorSetting setting) {
            return List.of();
        }
    }

    private IsolatorSetting setting(FlagValues flags) {
        return new IsolatorSetting(flags, List.of(), directory, directory, directory);
    }

    private IsolatorSelection select(String isolation) {
        return IsolatorSelection.of(
                catalog, setting(FlagValues.DEFAULTS.withText(IsolationFlags.ISOLATION, isolation)));
    }

    @Test
    void ordersByPlaceAndOthersLastAsTheyAreNamed() {
        assertThat(select("network/one,other/needy,linux/nnp,cgroups/mem,namespaces/pid,filesystem/linux"))
                .isEqualTo(new IsolatorSelection(
                        List.of(
                                "filesystem/linux",
                                "cgroups/mem",
                                "namespaces/pid",
                                "linux/nnp",
                                "volume/sandbox_path",
                                "volume/host_path",
                                "volume/image",
                                "volume/secret",
                                "environment_secret",
                                "network/one",
                                "other/needy"),
                        java.util.Map.of(),
                        List.of()));
    }

    @Test
    void readsTheOldNamesOfTheMesosAgent() {
        assertThat(select(LEAST + "cgroups").names())
                .startsWith("filesystem/linux", "cgroups/cpu", "cgroups/mem", "namespaces/pid")
                .doesNotContain("cgroups");
        assertThat(select(LEAST + "posix/disk").names()).contains("disk/du");
        assertThat(select(LEAST + "cgroups,cgroups/mem").problems())
                .containsExactly("cannot use --isolation: 'cgroups/mem' is named twice");
    }

    @Test
    void takesEveryControllerOfTheHostForAll() throws IOException, ErrnoException {
        assertThat(select(LEAST + "cgroups/all,cgroups/nonsense").names())
                .containsSubsequence("cgroups/cpu", "cgroups/mem", "cgroups/pids", "namespaces/pid");
        IsolatorCatalog bare = new IsolatorCatalog(FakeHost.bare(directory), List.of());
        FlagValues flags = FlagValues.DEFAULTS.withText(IsolationFlags.ISOLATION, LEAST + "cgroups/all");
        assertThat(IsolatorSelection.of(bare, setting(flags)).names()).noneMatch(name -> name.startsWith("cgroups/"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cgroups/cpus | cannot use isolator 'cgroups/cpus': there is none of that name; did you mean cgroups/cpu?",
                "filesystem/second | cannot use filesystem/linux with filesystem/second: a container has one root file"
                        + " system; name one of them in --isolation",
                "network/one,network/two | cannot use network/one with network/two: a container has one network; name one"
                        + " of them in --isolation",
                "other/needy | cannot use isolator 'other/needy' without 'cgroups/mem'; add that to --isolation",
                "other/absent | cannot use isolator 'other/absent': there is no such card; buy one"
            })
    void refuses(String more, String problem) {
        assertThat(select(LEAST + more).problems()).containsExactly(problem);
    }

    @Test
    void refusesWhatALaterVersionWillHave() {
        assertThat(select(LEAST + "volume/csi").problems())
                .singleElement()
                .asString()
                .startsWith("cannot use isolator 'volume/csi': it is not supported by this version; there are ");
    }

    @Test
    void leavesOutOfTheDefaultWhatTheHostCannotDoAndSaysSo() throws IOException, ErrnoException {
        HostFacts host = FakeHost.bare(directory);
        java.nio.file.Files.createFile(java.nio.file.Files.createDirectories(directory.resolve("proc/self/ns"))
                .resolve("pid"));

        IsolatorSelection selection =
                IsolatorSelection.of(new IsolatorCatalog(host, List.of()), setting(FlagValues.DEFAULTS));

        assertThat(selection.problems()).isEmpty();
        assertThat(selection.names())
                .contains("filesystem/linux", "namespaces/pid", "docker/runtime", "cgroups/mem")
                .doesNotContain("linux/seccomp", "namespaces/net");
        assertThat(selection.leftOut()).containsKeys("linux/seccomp", "namespaces/net", "cgroups/mem");
        assertThat(selection.describe())
                .startsWith("isolation: filesystem/linux, ")
                .contains("; not or not always linux/seccomp: the kernel filters no system calls; use one that");
    }

    @Test
    void choosesTheWholeDefaultHere() {
        IsolatorSelection selection = IsolatorSelection.of(catalog, setting(FlagValues.DEFAULTS));

        assertThat(selection.problems()).isEmpty();
        assertThat(selection.names())
                .contains("namespaces/pid", "docker/runtime")
                .doesNotContain("network/one");
    }

    @Test
    void refusesTwoOfOneName() {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> new IsolatorCatalog(
                        HostFacts.ofThisHost(), List.of(new Other("cgroups/cpu", Set.of(), Optional.empty()))))
                .hasMessageStartingWith("cannot add isolator 'cgroups/cpu' of ");
    }
}
