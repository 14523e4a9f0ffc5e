package dev.coffer.isolators.network.cni;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** What a plugin prints and what lies in the directory of networks: any bytes are read or refused. */
class CniFuzzTest {
    @FuzzTest
    void readsOrRefusesAResult(byte[] json) {
        try {
            CniResult.of(
                    JsonObject.parse(new String(json, StandardCharsets.UTF_8)).members());
        } catch (IllegalArgumentException refused) {
            return;
        }
    }

    /** What was read is written into the record of the container and read again when it is detached. */
    @FuzzTest
    void readsOrRefusesANetworkAndReadsWhatItWroteAgain(byte[] json) {
        NetworkList network;
        try {
            network = NetworkList.parse(new String(json, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException refused) {
            return;
        }
        NetworkList again = NetworkList.parse(JsonObject.text(network.toJson()));
        if (!again.name().equals(network.name())
                || again.plugins().size() != network.plugins().size()) {
            throw new AssertionError(network + " became " + again);
        }
    }
}
