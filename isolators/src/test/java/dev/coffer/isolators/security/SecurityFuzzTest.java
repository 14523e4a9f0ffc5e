package dev.coffer.isolators.security;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.coffer.isolators.security.SeccompProfile.Target;
import dev.coffer.linux.seccomp.FilterArchitecture;
import dev.coffer.linux.seccomp.FilterPolicy;
import java.nio.charset.StandardCharsets;

/** Profiles and capabilities are an operator's, and operators take them from elsewhere: any bytes are read or refused. */
class SecurityFuzzTest {
    @FuzzTest
    void readsOrRefusesASeccompProfile(byte[] json) {
        SeccompProfile profile;
        try {
            profile = SeccompProfileParser.parse(json);
        } catch (IllegalArgumentException refused) {
            return;
        }
        for (FilterArchitecture architecture : FilterArchitecture.values()) {
            for (long capabilities : new long[] {0, -1}) {
                FilterPolicy unused = profile.resolve(new Target(capabilities, architecture, new KernelRelease(6, 1)));
            }
        }
    }

    @FuzzTest
    void readsOrRefusesCapabilities(byte[] text) {
        try {
            CapabilityFlags.EFFECTIVE.parse(new String(text, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException refused) {
            return;
        }
    }

    @FuzzTest
    void readsOrRefusesAKernelRelease(byte[] text) {
        try {
            KernelRelease.parse(new String(text, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException refused) {
            return;
        }
    }
}
