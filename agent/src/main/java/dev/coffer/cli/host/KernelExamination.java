package dev.coffer.cli.host;

import dev.coffer.isolators.security.AgentCapabilities;
import dev.coffer.isolators.security.Capability;
import dev.coffer.isolators.security.CapabilityPolicy;
import dev.coffer.linux.probe.KernelCall;
import dev.coffer.linux.probe.KernelCall.Answer;
import dev.coffer.linux.probe.SeccompSupport;
import dev.coffer.linux.process.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the kernel offers, and what of it this process may use. */
final class KernelExamination {
    private static final List<String> LIBRARY_DIRECTORIES = List.of(
            "/usr/lib/x86_64-linux-gnu",
            "/usr/lib/aarch64-linux-gnu",
            "/lib/x86_64-linux-gnu",
            "/lib/aarch64-linux-gnu",
            "/usr/lib64",
            "/usr/lib",
            "/usr/local/lib");
    private static final List<String> NAMESPACES = List.of("cgroup", "ipc", "mnt", "net", "pid", "uts");

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        findings.add(root());
        findings.addAll(capabilities());
        findings.addAll(namespaces());
        for (KernelCall call : KernelCall.values()) {
            findings.add(systemCall(call));
        }
        findings.add(overlay());
        findings.add(seccomp());
        findings.add(libseccomp());
        return findings;
    }

    private static Finding root() {
        return Processes.isRoot()
                ? Finding.ok("root", "yes")
                : Finding.broken("root", "no: namespaces, mounts and cgroups need it; use sudo");
    }

    private static List<Finding> capabilities() {
        long ours = AgentCapabilities.ofThisProcess().bits();
        List<Finding> findings = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (Capability capability : CapabilityPolicy.DEFAULT) {
            if ((ours & capability.bit()) == 0) {
                missing.add(capability.name());
            }
        }
        boolean admin = (ours & Capability.SYS_ADMIN.bit()) != 0;
        findings.add(
                admin
                        ? Finding.ok("CAP_SYS_ADMIN", "yes")
                        : Finding.broken(
                                "CAP_SYS_ADMIN",
                                "no: mounts and namespaces need it; run on the host itself or"
                                        + " in a privileged container"));
        findings.add(
                missing.isEmpty()
                        ? Finding.ok("default capabilities", "all that tasks get by default can be given")
                        : Finding.limited(
                                "default capabilities",
                                "tasks do not get " + String.join(", ", missing) + ": this process lacks them itself"));
        if ((ours & Capability.SYS_RESOURCE.bit()) == 0) {
            findings.add(Finding.limited(
                    "CAP_SYS_RESOURCE", "no: hard resource limits (--ulimit) cannot be raised above our own"));
        }
        return findings;
    }

    private static List<Finding> namespaces() {
        List<Finding> findings = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String name : NAMESPACES) {
            if (!Files.exists(Path.of("/proc/self/ns", name))) {
                missing.add(name);
            } else if (isExhausted(name)) {
                findings.add(Finding.broken(
                        "namespace " + name,
                        "none may be made: /proc/sys/user/max_" + name + "_namespaces is 0; sysctl -w user.max_" + name
                                + "_namespaces=10000"));
            }
        }
        findings.add(
                missing.isEmpty()
                        ? Finding.ok("namespaces", String.join(", ", NAMESPACES))
                        : Finding.broken("namespaces", "this kernel is built without " + String.join(", ", missing)));
        return findings;
    }

    private static boolean isExhausted(String name) {
        try {
            return Files.readString(Path.of("/proc/sys/user/max_" + name + "_namespaces"))
                    .strip()
                    .equals("0");
        } catch (IOException noSuchLimit) {
            return false;
        }
    }

    private static Finding systemCall(KernelCall call) {
        String name = call.name().toLowerCase(Locale.ROOT);
        Answer answer = call.ask();
        if (answer == Answer.PRESENT) {
            return Finding.ok(name, "yes");
        }
        if (answer == Answer.FORBIDDEN && !Processes.isRoot()) {
            return Finding.limited(name, "only root is told");
        }
        String detail = answer == Answer.MISSING
                ? "this kernel does not have it; Linux 5.12 or a distribution's kernel with it does"
                : "forbidden, probably by a seccomp filter of a container around us; run on the host itself";
        // only cgroup v2 needs it, and there is another way in
        return call == KernelCall.CLONE3 ? Finding.limited(name, detail) : Finding.broken(name, detail);
    }

    private static Finding overlay() {
        try {
            if (Files.readString(Path.of("/proc/filesystems")).contains("\toverlay\n")) {
                return Finding.ok("overlay", "yes");
            }
            return Finding.limited("overlay", "not loaded, so images may not run; modprobe overlay");
        } catch (IOException e) {
            return Finding.broken(
                    "overlay", "cannot read /proc/filesystems: " + e.getMessage() + "; is /proc mounted?");
        }
    }

    private static Finding seccomp() {
        return SeccompSupport.present()
                ? Finding.ok("seccomp", "yes")
                : Finding.limited(
                        "seccomp",
                        "this kernel filters no system calls; containers run only with"
                                + " --security-opt seccomp=unconfined");
    }

    private static Finding libseccomp() {
        for (String directory : LIBRARY_DIRECTORIES) {
            Path library = Path.of(directory, "libseccomp.so.2");
            if (Files.exists(library)) {
                return Finding.ok("libseccomp", library.toString());
            }
        }
        return Finding.limited("libseccomp", "not found, and linux/seccomp needs it; apt-get install libseccomp2");
    }
}
