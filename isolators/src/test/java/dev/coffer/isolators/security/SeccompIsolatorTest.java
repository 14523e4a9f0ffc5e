package dev.coffer.isolators.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coffer.container.SecuritySpec;
import dev.coffer.container.SecuritySpec.SeccompMode;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.Phase;
import dev.coffer.isolation.LaunchStep.Seccomp;
import dev.coffer.isolators.Specs;
import dev.coffer.linux.seccomp.FilterAction;
import dev.coffer.linux.seccomp.FilterArchitecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeccompIsolatorTest {
    private static final CapabilityPolicy CAPABILITIES = new CapabilityPolicy(new AgentCapabilities((1L << 41) - 1));
    /** {@code ld [4]; ret ALLOW}: valid for the cache, recognisable for the test. */
    private static final List<Long> PLANTED = List.of(0x0000_0004_0000_0020L, 0x7fff_0000_0000_0006L);

    private static final SeccompProfiles NO_DIRECTORY = new SeccompProfiles(Optional.empty(), Optional.empty());

    @TempDir
    Path temporary;

    private Path directory;
    private int self;

    @BeforeEach
    void nameTheDirectory() throws IOException {
        directory = temporary.resolve("seccomp");
        self = (Integer) Files.getAttribute(temporary, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    }

    private ProgramCache cache() {
        return new ProgramCache(directory, self);
    }

    private List<Long> program() {
        List<LaunchStep> steps = new SeccompIsolator(Optional.of(cache()), CAPABILITIES, true, NO_DIRECTORY)
                .plan(Specs.DEFAULT.context());
        return ((Seccomp) steps.get(0)).program();
    }

    private Path cachedFile() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.reduce((one, other) -> {
                        throw new AssertionError("more than one file: " + one + ", " + other);
                    })
                    .orElseThrow();
        }
    }

    private static SecuritySpec security(boolean noNewPrivileges, SeccompMode mode, String... capabilities) {
        return new SecuritySpec(Optional.of(Set.of(capabilities)), noNewPrivileges, mode, Map.of());
    }

    private static List<LaunchStep> plan(SecuritySpec security) {
        return new SeccompIsolator(CAPABILITIES, Optional.empty())
                .plan(Specs.DEFAULT.with(security).context());
    }

    @Test
    void compilesTheProfileForTheGrantedCapabilities() {
        Seccomp step = (Seccomp)
                plan(security(true, SeccompMode.DEFAULT_PROFILE, "SYS_ADMIN")).get(0);

        assertThat(new BpfInterpreter(step.program()).run(FilterArchitecture.X86_64.token(), 165))
                .isEqualTo(FilterAction.ALLOW.code());
        assertThat(step.phase()).isEqualTo(Phase.CONFINE);
    }

    @Test
    void installsTheFilterEarlyWhenOnlyThePrivilegedMayInstallOne() {
        Seccomp step =
                (Seccomp) plan(security(false, SeccompMode.DEFAULT_PROFILE)).get(0);

        assertThat(step.phase()).isEqualTo(Phase.PROCESS);
    }

    @Test
    void installsNothingWhenUnconfined() {
        assertThat(plan(security(true, SeccompMode.UNCONFINED))).isEmpty();
    }

    @Test
    void compilesOncePerSetOfCapabilities() {
        SeccompIsolator isolator = new SeccompIsolator(CAPABILITIES, Optional.empty());
        Seccomp first = (Seccomp) isolator.plan(Specs.DEFAULT.context()).get(0);
        Seccomp second = (Seccomp) isolator.plan(Specs.DEFAULT.context()).get(0);

        assertThat(second.program()).isSameAs(first.program());
    }

    @Test
    void keepsTheProgramInAPrivateDirectory() throws IOException {
        List<Long> compiled = program();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cachedFile())))
                .isEqualTo("rw-------");
        assertThat(Files.size(cachedFile())).isEqualTo((compiled.size() + 1) * 8L);
        assertThat(cache().read(cachedFile().getFileName().toString())).contains(compiled);
        assertThat(program()).isEqualTo(compiled);
    }

    @Test
    void takesTheProgramFromTheDirectory() throws IOException {
        program();
        cache().write(cachedFile().getFileName().toString(), PLANTED);

        assertThat(program()).isEqualTo(PLANTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxr-x---", "rwxrwxrwx", "rwx-----x"})
    void neitherReadsNorWritesWhereOthersMayLook(String permissions) throws IOException {
        program();
        String name = cachedFile().getFileName().toString();
        cache().write(name, PLANTED);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));

        assertThat(program()).isNotEqualTo(PLANTED);
        cache().write("other", PLANTED);
        assertThat(directory.resolve("other")).doesNotExist();
    }

    @Test
    void ignoresADirectoryOfSomebodyElse() throws IOException {
        program();
        String name = cachedFile().getFileName().toString();

        assertThat(new ProgramCache(directory, self + 1).read(name)).isEmpty();
        assertThat(cache().read(name)).isPresent();
    }

    @Test
    void ignoresADirectoryBehindASymlink() throws IOException {
        program();
        Path link = Files.createSymbolicLink(temporary.resolve("link"), directory);

        assertThat(new ProgramCache(link, self).read(cachedFile().getFileName().toString()))
                .isEmpty();
    }

    @Test
    void compilesAgainWhenTheFileIsDamaged() throws IOException {
        List<Long> compiled = program();
        Path file = cachedFile();
        byte[] good = Files.readAllBytes(file);
        byte[] flipped = good.clone();
        flipped[100] ^= 1;
        List<byte[]> damaged = List.of(
                new byte[0],
                new byte[8],
                new byte[good.length],
                flipped,
                Arrays.copyOf(good, good.length - 8),
                Arrays.copyOf(good, good.length - 3),
                new byte[8 * 4098]);
        for (byte[] content : damaged) {
            Files.write(file, content);

            assertThat(program()).isEqualTo(compiled);
            assertThat(Files.readAllBytes(file)).isEqualTo(good);
        }
    }

    @Test
    void worksWithoutAPlaceForTheCache() {
        directory = temporary.resolve("no/such/parent");

        assertThat(program()).isNotEmpty();
        assertThat(directory).doesNotExist();
    }
}
