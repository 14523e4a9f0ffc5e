package dev.coffer.image.registry;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** A registry's demand for credentials may be any header: it is read as far as it can be. */
class ChallengeFuzzTest {
    @FuzzTest
    void readsAnyChallenge(byte[] header) {
        Challenge.parse(new String(header, StandardCharsets.ISO_8859_1));
    }
}
