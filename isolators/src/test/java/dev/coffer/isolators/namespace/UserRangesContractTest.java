package dev.coffer.isolators.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.OptionalNamespaces;
import dev.coffer.container.OptionalNamespaces.Mode;
import dev.coffer.container.OptionalNamespaces.Users;
import dev.coffer.flag.FlagValues;
import dev.coffer.isolation.HostIsolator;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.Bind;
import dev.coffer.isolation.LaunchStep.EnterUserNamespace;
import dev.coffer.isolation.LaunchStep.MountFilesystem;
import dev.coffer.isolation.LaunchStep.Owners;
import dev.coffer.isolation.LaunchStep.Phase;
import dev.coffer.isolation.LaunchStep.SetRlimit;
import dev.coffer.isolation.LaunchStep.UserNamespace;
import dev.coffer.isolators.Specs;
import dev.coffer.isolators.contract.HostIsolatorContract;
import dev.coffer.isolators.host.HostFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserRangesContractTest extends HostIsolatorContract {
    @TempDir
    private Path directory;

    private String range = "[1000-1999]";

    @Override
    protected HostIsolator isolator() {
        return provided();
    }

    private UserNamespaceIsolator provided() {
        IsolatorSetting setting = new IsolatorSetting(
                FlagValues.DEFAULTS.withText(UserNamespaceFlags.RANGE, range).withText(UserNamespaceFlags.SIZE, "200"),
                List.of(),
                directory.resolve("run"),
                directory,
                directory.resolve("sandboxes"));
        return (UserNamespaceIsolator) new UserNamespaceProvider(new HostFacts(directory))
                .create(setting)
                .get(0);
    }

    @Override
    protected ContainerSpec spec(ContainerId id) {
        return spec(id.value(), Users.AUTO);
    }

    private static ContainerSpec spec(String id, Users users) {
        return Specs.DEFAULT
                .with(IsolationSpec.DEFAULT.with(OptionalNamespaces.NONE.with(users)))
                .spec(id);
    }

    @Override
    protected String traces(ContainerId id) {
        Path state = directory.resolve("run/isolators/namespaces/user");
        if (!Files.isDirectory(state)) {
            return broken();
        }
        try (Stream<Path> files = Files.list(state)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                            .filter(name -> name.endsWith("-" + id))
                            .collect(Collectors.joining(" "))
                    + broken();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a failed create leaves here is nothing; the contract wants to see that it was tried. */
    private String broken() {
        return Files.exists(directory.resolve("etc/passwd")) ? "tried" : "";
    }

    @Override
    protected void breakNextCreate() {
        write("etc/passwd", "somebody:x:1500:1500::/:/bin/sh\n");
    }

    @Override
    protected void repair() {
        try {
            Files.delete(directory.resolve("etc/passwd"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String file, String content) {
        try {
            Files.createDirectories(directory.resolve("etc"));
            Files.writeString(directory.resolve(file), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private UserNamespace usersOf(String id, Users users) {
        provided().resourceFor(new ContainerId(id)).create(spec(id, users));
        return (UserNamespace) provided().adapt(spec(id, users), List.of()).get(0);
    }

    @Test
    void fillsTheFirstGapBehindThoseWhoShare() {
        assertThat(usersOf("a", Users.AUTO)).isEqualTo(new UserNamespace(1200, 1200, 200));
        assertThat(usersOf("b", new Users(Mode.AUTO, OptionalLong.of(100))))
                .isEqualTo(new UserNamespace(1400, 1400, 100));
        assertThat(usersOf("c", Users.AUTO)).isEqualTo(new UserNamespace(1500, 1500, 200));
        assertThat(usersOf("s", Users.SHARED)).isEqualTo(new UserNamespace(1000, 1000, 200));
        assertThat(usersOf("t", Users.SHARED)).isEqualTo(new UserNamespace(1000, 1000, 200));
        provided().resourceFor(new ContainerId("a")).close();
        assertThat(usersOf("d", new Users(Mode.AUTO, OptionalLong.of(150))))
                .isEqualTo(new UserNamespace(1200, 1200, 150));
        assertThat(usersOf("e", Users.AUTO)).isEqualTo(new UserNamespace(1700, 1700, 200));
        assertThatThrownBy(() -> usersOf("f", Users.AUTO))
                .isInstanceOf(IsolationException.class)
                .hasMessage("cannot give container f 200 users of its own: --userns_range [1000-1999] has not so many"
                        + " left in a row; enlarge it, or let containers share with --userns shared");
    }

    @Test
    void goesOnInTheNextRange() {
        range = "[1000-1399,5000-5999]";

        assertThat(usersOf("a", Users.AUTO).firstUid()).isEqualTo(1200);
        assertThat(usersOf("b", Users.AUTO).firstUid()).isEqualTo(5000);
    }

    @Test
    void explainsWhatTheNextContainerWouldGetWithoutMakingAnything() {
        List<LaunchStep> steps = provided().adapt(spec("a", Users.AUTO), List.of());

        assertThat(steps).containsExactly(new UserNamespace(1200, 1200, 200), new EnterUserNamespace(true));
        assertThat(directory.resolve("run")).doesNotExist();
    }

    @Test
    void refusesARangeThatSomebodyElseHasNamingHim() {
        write("etc/subuid", "builder:1900:65536\n");

        assertThatThrownBy(() -> usersOf("a", Users.AUTO))
                .hasMessage(
                        "cannot give container a users of --userns_range [1000-1999]: /etc/subuid gives 'builder' the"
                                + " ids 1900-67435; choose a range that nobody has");
    }

    @Test
    void refusesARangeThatIsTooSmallForOneContainer() {
        range = "[1000-1099]";

        assertThatThrownBy(this::provided)
                .hasMessage(
                        "cannot use --userns_range [1000-1099]: the first range has 100 ids, fewer than the 200 of one"
                                + " container; give more, or lower --userns_size");
    }

    @Test
    void makesStepsTheContainersAndPutsThoseThatNeedPrivilegesFirst() {
        Path own = directory.resolve("sandboxes/a");
        List<LaunchStep> steps = provided()
                .adapt(
                        spec("a", Users.AUTO),
                        List.of(
                                new SetRlimit(7, 1, 2),
                                new MountFilesystem("devpts", "/dev/pts", Set.of(), "newinstance,mode=0620,gid=5"),
                                new Bind(own, "/own", Set.of()),
                                new Bind(Path.of("/srv"), "/srv", Set.of())));

        assertThat(steps)
                .contains(
                        new SetRlimit(7, 1, 2, Phase.PRIVILEGED),
                        new MountFilesystem("devpts", "/dev/pts", Set.of(), "newinstance,mode=0620,gid=1205"),
                        new Bind(own, "/own", Set.of(), false, Owners.CONTAINER),
                        new Bind(Path.of("/srv"), "/srv", Set.of(), false, Owners.HOST));
    }

    @Test
    void leavesAContainerWithTheHostsUsersAsItIs() {
        List<LaunchStep> steps = List.of(new SetRlimit(7, 1, 2));

        assertThat(provided().adapt(spec("a", Users.HOST), steps)).isSameAs(steps);
        assertThat(provided().adapt(spec("a", Users.BY_FLAG), steps)).isSameAs(steps);
    }
}
