package dev.coffer.it.support;

import dev.coffer.testing.Kernel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where the programs are that tests start besides the containers. */
public final class Launchers {
    private Launchers() {}

    /** The test build of the launcher: beside the classes of native-shim, wherever this class path has them. */
    public static Path test() {
        return built("coffer-shim-test");
    }

    /** A static program that tries to get out of its container; see native-shim's hostile.c. */
    public static Path hostile() {
        return built("hostile");
    }

    private static Path built(String name) {
        return Stream.of(System.getProperty("java.class.path").split(System.getProperty("path.separator"), -1))
                .map(entry -> Path.of(entry).resolveSibling("shim/" + name))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        name + " is not beside any entry of the class path; build native-shim first"));
    }

    /** The start of a command line that runs a class of this class path, quick to start. */
    public static List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"));
    }

    public static boolean emulated() {
        return Kernel.present() == Kernel.VM_V2;
    }
}
