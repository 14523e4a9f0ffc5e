package dev.coffer.isolators.runtime;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.coffer.container.ContainerException;
import dev.coffer.container.ContainerException.ImageException;
import dev.coffer.container.Fault;
import dev.coffer.container.ImageFiles;
import dev.coffer.testing.Depth;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserLookupTest {
    private static final String PASSWD = """
        root:x:0:0:root:/root:/bin/sh
        web:x:33:33:www:/var/www:/usr/sbin/nologin
        1000:x:2000:2000::/home/digits:/bin/sh
        ann:x:1000:1001:Ann:/home/ann:/bin/sh
        big:x:4294967294:4294967294::/home/big:/bin/sh
        web:x:34:34:second:/nowhere:/bin/sh
        nohome:x:50:50:::/bin/sh
        """;
    private static final String GROUP = """
        root:x:0:
        adm:x:4:ann,root
        www:x:33:
        staff:x:50:ann
        docker:x:4294967294:ann
        again:x:50:ann
        """;

    private static User find(String request) {
        return find(request, PASSWD, GROUP);
    }

    private static User find(String request, String passwd, String group) {
        Map<String, String> texts = Map.of("etc/passwd", passwd, "etc/group", group);
        ImageFiles files = (path, max) -> Optional.ofNullable(texts.get(path)).map(text -> text.getBytes(ISO_8859_1));
        return new UserLookup(files, "image 'busybox'").find(request);
    }

    @Test
    void runsAsRootOfTheImageByDefault() {
        assertThat(find("")).isEqualTo(new User(0, 0, List.of(0, 4), "/root"));
    }

    @Test
    void runsAsBareRootOfAnImageWithoutFiles() {
        assertThat(new UserLookup((path, max) -> Optional.empty(), "image 'x'").find(""))
                .isEqualTo(new User(0, 0, List.of(0), "/"));
    }

    @Test
    void takesPrimaryAndSupplementaryGroupsOfANamedUser() {
        assertThat(find("ann")).isEqualTo(new User(1000, 1001, List.of(1001, 4, 50, -2), "/home/ann"));
    }

    @Test
    void takesThemAlsoForAUidThatPasswdKnows() {
        assertThat(find("1000")).isEqualTo(find("ann"));
    }

    @Test
    void runsAnUnknownUidInGroupRoot() {
        assertThat(find("4242")).isEqualTo(new User(4242, 0, List.of(0), "/"));
    }

    @ParameterizedTest
    @CsvSource({
        "ann:www, 1000, 33, /home/ann",
        "ann:7, 1000, 7, /home/ann",
        "1000:staff, 1000, 50, /home/ann",
        "5:6, 5, 6, /",
        "0:0, 0, 0, /root",
        "nohome:50, 50, 50, /",
        "4294967294:4294967294, -2, -2, /home/big"
    })
    void takesOnlyAnExplicitGroup(String request, int uid, int gid, String home) {
        assertThat(find(request)).isEqualTo(new User(uid, gid, List.of(gid), home));
    }

    @Test
    void takesTheFirstEntryOfAName() {
        assertThat(find("web").uid()).isEqualTo(33);
    }

    @Test
    void namesAnUnknownUserAndTheImage() {
        assertThatThrownBy(() -> find("nobody"))
                .hasMessage("cannot run as user 'nobody': no such user in /etc/passwd of image 'busybox';"
                        + " use a numeric uid")
                .extracting(e -> ((ContainerException) e).fault())
                .isEqualTo(Fault.USER_SPEC);
    }

    @Test
    void namesAnUnknownGroup() {
        assertThatThrownBy(() -> find("ann:wheel"))
                .hasMessage("cannot run as user 'ann:wheel': no such group 'wheel' in /etc/group of image 'busybox';"
                        + " use a numeric gid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4294967295", "4294967296", "99999999999999999999", "0:4294967295", "00000000000"})
    void refusesIdsOutOfRange(String request) {
        assertThatThrownBy(() -> find(request)).hasMessageContaining("is out of range; use 0 to 4294967294");
    }

    @ParameterizedTest
    @ValueSource(strings = {":", ":0", "ann:", "-1", "+0", "0x0", " ann", "ann:www:x", "1000 ", "root\0"})
    void refusesWhatIsNeitherANameNorAnId(String request) {
        assertThatThrownBy(() -> find(request)).isInstanceOf(ContainerException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ann",
                "ann:x",
                "ann:x:1",
                "ann:x:-1:0::/:",
                "ann:x:1:4294967295::/:",
                "ann:x::0::/:",
                "ann:x:1:0:",
                ":x:1:0::/:",
                "ann:x:1\0:0::/:",
                "ann\0:x:1:0::/:",
                "ann:x:1 :0::/:",
                "ann:x:\u0661:0::/:"
            })
    void skipsMalformedLines(String line) {
        User user =
                find("ann", "\n" + line + "\n\n:::::::\nann:x:7:8::/h:/s:extra\n", "broken\nbad:x:y:ann\ng:x:9:ann\n");

        assertThat(user).isEqualTo(new User(7, 8, List.of(8, 9), "/h"));
    }

    @Test
    void takesNoHomeThatIsNotAnAbsolutePath() {
        assertThat(find("a", "a:x:1:1::relative:/s", "").home()).isEqualTo("/");
    }

    @Test
    void letsARefusedFileThrough() {
        ImageFiles hostile = (path, max) -> {
            assertThat(max).isEqualTo(1 << 20);
            throw new ImageException(Fault.USER_SPEC, "cannot read file 'etc/passwd': it is not a regular file");
        };

        assertThatThrownBy(() -> new UserLookup(hostile, "image 'x'").find("ann"))
                .isInstanceOf(ImageException.class);
    }

    @Test
    void refusesMoreGroupsThanTheKernelTakes() {
        StringBuilder group = new StringBuilder();
        for (int i = 0; i <= 65536; i++) {
            group.append("g:x:").append(i).append(":u\n");
        }

        assertThatThrownBy(() -> find("u", "u:x:1:1::/:", group.toString()))
                .hasMessageContaining("more than 65536 groups");
    }

    @Test
    void staysLinearOnHostileFiles() {
        int megabyte = 1 << 20;
        List<String> hostile = List.of(
                ":".repeat(megabyte),
                "\n".repeat(megabyte),
                "a".repeat(megabyte),
                "u:x:0:" + ",".repeat(megabyte - 6),
                "u:x:1:u\n".repeat(megabyte / 8),
                "a:\n".repeat(megabyte / 3),
                "\r".repeat(megabyte));
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            for (String text : hostile) {
                assertThat(find("u", "u:x:1:1::/:\n" + text, text).uid()).isEqualTo(1);
                assertThat(find("5:6", text, text).gid()).isEqualTo(6);
            }
        });
    }

    @Test
    void neverFailsOtherwiseThanWithAContainerException() {
        Random random = Depth.random();
        String alphabet = "au0149:\n\r,-\0\u00e9x";
        for (int i = 0; i < Depth.present().count(20_000); i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(80); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            String request = text.substring(0, Math.min(text.length(), random.nextInt(8)));
            try {
                User user = find(request, text.toString(), text.toString());
                assertThat(user.uid()).isNotEqualTo(-1);
                assertThat(user.groups()).doesNotContain(-1).startsWith(user.gid());
            } catch (ContainerException e) {
                assertThat(e.fault()).as("seed %d, text %s", Depth.seed(), text).isEqualTo(Fault.USER_SPEC);
            }
        }
    }
}
