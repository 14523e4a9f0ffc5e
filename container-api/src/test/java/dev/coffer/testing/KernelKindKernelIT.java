package dev.coffer.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ground that every other kernel test stands on. */
class KernelKindKernelIT {
    @Test
    @ExcludedOnKernel(
            value = {Kernel.HOST_V1, Kernel.HOST_V2},
            reason = "says what the VM is; a host is what it is")
    void theVmHasNothingButCgroupV2() throws IOException {
        List<String> mounts = Files.readAllLines(Path.of("/proc/self/mountinfo"));

        assertThat(Kernel.hasOnlyV2(mounts)).isTrue();
        assertThat(mounts).noneMatch(line -> line.contains(" - cgroup "));
        assertThat(Files.readString(Path.of("/sys/fs/cgroup/cgroup.controllers")))
                .contains("cpu", "memory", "pids");
    }

    @Test
    void kernelTestsRunAsRoot() throws IOException {
        List<String> status = Files.readAllLines(Path.of("/proc/self/status"));

        assertThat(status).anyMatch(line -> line.matches("Uid:\\s+0\\s.*"));
        assertThat(effectiveCapabilities(status) & 1L << 21)
                .as("CAP_SYS_ADMIN of %s", status)
                .isNotZero();
    }

    private static long effectiveCapabilities(List<String> status) {
        return status.stream()
                .filter(line -> line.startsWith("CapEff:"))
                .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                .findFirst()
                .orElseThrow();
    }
}
