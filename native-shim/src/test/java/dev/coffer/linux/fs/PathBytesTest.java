package dev.coffer.linux.fs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PathBytesTest {
    @Test
    void splitsAtTheLastSlash() {
        PathBytes path = PathBytes.of("usr/lib/x");
        assertThat(path.parent()).isEqualTo(PathBytes.of("usr/lib"));
        assertThat(path.name()).isEqualTo(PathBytes.of("x"));
        assertThat(PathBytes.of("x").parent()).isEqualTo(PathBytes.EMPTY);
        assertThat(PathBytes.EMPTY.resolve(PathBytes.of("x"))).isEqualTo(PathBytes.of("x"));
    }

    @Test
    void onlyAnEntryOfADirectoryIsASingleName() {
        for (String name : new String[] {"a", "...", ".a", "..a", "a b"}) {
            assertThat(PathBytes.of(name).isSingleName()).as(name).isTrue();
        }
        for (String name : new String[] {"", ".", "..", "a/b", "/", "a/"}) {
            assertThat(PathBytes.of(name).isSingleName()).as(name).isFalse();
        }
    }

    @Test
    void keepsBytesThatAreNotUtf8AndPrintsNoControlCharacter() {
        byte[] raw = {'a', (byte) 0xff, 27, 'b'};
        assertThat(PathBytes.of(raw).toBytes()).isEqualTo(raw);
        assertThat(PathBytes.of(raw).toString()).isEqualTo("a\ufffd?b");
    }
}
