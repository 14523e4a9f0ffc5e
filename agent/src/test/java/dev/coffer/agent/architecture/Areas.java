package dev.coffer.agent.architecture;

import java.util.List;
import java.util.stream.Stream;

/** The packages of each module, as ARCHITECTURE.md draws them. */
final class Areas {
    static final String[] CONTRACTS = {
        "dev.coffer.container..",
        "dev.coffer.flag..",
        "dev.coffer.isolation..",
        "dev.coffer.rootfs..",
        "dev.coffer.reclaim.."
    };
    static final String[] NATIVE = {"dev.coffer.linux..", "dev.coffer.windows..", "dev.coffer.shim.."};
    static final String[] AGENT = {"dev.coffer.agent..", "dev.coffer.cli.."};
    static final String BENCHMARKS = "dev.coffer.benchmarks..";

    /** They never see one another; the agent wires them through the contracts. */
    static final List<String> SIBLINGS = List.of(
            "dev.coffer.isolators..",
            "dev.coffer.image..",
            "dev.coffer.gc..",
            "dev.coffer.csi..",
            "dev.coffer.containerizer..");

    private Areas() {}

    static String[] all() {
        return Stream.of(Stream.of(CONTRACTS), Stream.of(NATIVE), Stream.of(AGENT), SIBLINGS.stream())
                .flatMap(packages -> packages)
                .toArray(String[]::new);
    }
}
