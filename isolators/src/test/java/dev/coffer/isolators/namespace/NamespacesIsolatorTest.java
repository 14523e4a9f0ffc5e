package dev.coffer.isolators.namespace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coffer.container.IsolationSpec;
import dev.coffer.container.IsolationSpec.NetworkMode;
import dev.coffer.container.OptionalNamespaces;
import dev.coffer.container.OptionalNamespaces.ClockOffsets;
import dev.coffer.container.OptionalNamespaces.Users;
import dev.coffer.isolation.LaunchStep.Hostname;
import dev.coffer.isolation.LaunchStep.LoopbackUp;
import dev.coffer.isolation.LaunchStep.TimeNamespace;
import dev.coffer.isolation.LaunchStep.UnshareCgroup;
import dev.coffer.isolation.Namespace;
import dev.coffer.isolators.Specs;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespacesIsolatorTest {
    private static final NamespacesIsolator ALL = new NamespacesIsolator(EnumSet.allOf(Namespace.class));
    private static final Specs HOST_NETWORK =
            Specs.DEFAULT.with(new IsolationSpec(NetworkMode.HOST, Optional.of("db.example"), List.of()));

    @Test
    void givesAContainerAllNamespacesOfItsOwn() {
        EnumSet<Namespace> usual = EnumSet.complementOf(EnumSet.of(Namespace.TIME, Namespace.USER));
        assertThat(ALL.namespaces(Specs.DEFAULT.spec("a"))).isEqualTo(usual);
        assertThat(ALL.plan(Specs.DEFAULT.context()))
                .containsExactly(new UnshareCgroup(), new Hostname("web-1"), new LoopbackUp());
    }

    @Test
    void givesClocksToAContainerThatAsksAsTheKernelWantsThem() {
        Specs shifted = Specs.DEFAULT.with(IsolationSpec.DEFAULT.with(
                OptionalNamespaces.NONE.with(new ClockOffsets(Duration.ofHours(1), Duration.ofMillis(-2500)))));

        assertThat(ALL.namespaces(shifted.spec("a"))).contains(Namespace.TIME).doesNotContain(Namespace.USER);
        assertThat(ALL.plan(shifted.context()))
                .contains(new TimeNamespace("monotonic -3 500000000\nboottime 3600 0\n"));
    }

    @Test
    void refusesUsersAndClocksThatItMayNotGive() {
        NamespacesIsolator few = new NamespacesIsolator(EnumSet.of(Namespace.PID, Namespace.NET));
        Specs users = Specs.DEFAULT.with(IsolationSpec.DEFAULT.with(OptionalNamespaces.NONE.with(Users.AUTO)));
        Specs clocks = Specs.DEFAULT.with(IsolationSpec.DEFAULT.with(
                OptionalNamespaces.NONE.with(new ClockOffsets(Duration.ZERO, Duration.ZERO))));

        assertThatThrownBy(() -> few.namespaces(users.spec("a")))
                .hasMessage("cannot give container a users of its own: namespaces/user is not in --isolation; add it"
                        + " there");
        assertThatThrownBy(() -> few.namespaces(clocks.spec("a")))
                .hasMessage("cannot give container a clocks of its own: namespaces/time is not in --isolation; add it"
                        + " there");
    }

    @Test
    void leavesTheHostsNetworkAlone() {
        assertThat(ALL.namespaces(HOST_NETWORK.spec("a")))
                .containsExactlyInAnyOrder(
                        Namespace.MOUNT, Namespace.PID, Namespace.IPC, Namespace.UTS, Namespace.CGROUP);
        assertThat(ALL.plan(HOST_NETWORK.context())).containsExactly(new UnshareCgroup(), new Hostname("db.example"));
    }

    @Test
    void leavesWhatIsNotChosenAsTheHostHasIt() {
        NamespacesIsolator few = new NamespacesIsolator(EnumSet.of(Namespace.PID));

        assertThat(few.namespaces(HOST_NETWORK.spec("a"))).containsExactlyInAnyOrder(Namespace.MOUNT, Namespace.PID);
        assertThat(few.plan(HOST_NETWORK.context())).isEmpty();
    }

    @Test
    void refusesAnOwnNetworkThatItMayNotGive() {
        NamespacesIsolator few = new NamespacesIsolator(EnumSet.of(Namespace.PID));

        assertThatThrownBy(() -> few.namespaces(Specs.DEFAULT.spec("a")))
                .hasMessage("cannot give container a a network of its own: namespaces/net is not in --isolation; add it"
                        + " there, or share the host's with --network host");
    }

    @ParameterizedTest
    @CsvSource({"web_1, web-1", "_a_, a", "Ünï, n", "___, container", "0, 0", "é, container"})
    void makesAHostNameOfAnyId(String id, String hostname) {
        assertThat(NamespacesIsolator.hostnameOf(Specs.DEFAULT.spec(id))).isEqualTo(hostname);
    }

    @Test
    void cutsALongIdToOneLabel() {
        assertThat(NamespacesIsolator.hostnameOf(Specs.DEFAULT.spec("x".repeat(200))))
                .isEqualTo("x".repeat(63));
        assertThat(NamespacesIsolator.hostnameOf(Specs.DEFAULT.spec("x".repeat(62) + "__y")))
                .isEqualTo("x".repeat(62));
    }
}
