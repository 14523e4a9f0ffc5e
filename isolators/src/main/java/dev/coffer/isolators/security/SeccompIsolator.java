package dev.coffer.isolators.security;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.SecuritySpec.SeccompMode;
import dev.coffer.isolation.LaunchContext;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.Phase;
import dev.coffer.isolation.LaunchStep.Seccomp;
import dev.coffer.isolation.PlanIsolator;
import dev.coffer.linux.Machine;
import dev.coffer.linux.seccomp.FilterArchitecture;
import dev.coffer.linux.seccomp.FilterCompiler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The default system-call filter, fitted to the capabilities the task is granted.
 *
 * <p>Thread-safe. A filter is compiled once per set of capabilities; with a warm cache directory neither the profile
 * nor libseccomp is loaded.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/seccomp.2.html">seccomp(2)</a>
 */
public final class SeccompIsolator implements PlanIsolator {
    static final String PROFILE = "seccomp-default.json";
    /** SHA-256 of {@link #PROFILE}: a constant, so that a warm start need not read it. A test compares. */
    static final String PROFILE_DIGEST = "ec735b737a0cf8ea5cad778f77ebaeea962405c5b23f3e259380e963d5b955aa";

    private static final int ROOT = 0;

    private final CapabilityPolicy capabilities;
    private final boolean noNewPrivileges;
    private final Optional<ProgramCache> cache;
    private final Map<Long, List<Long>> programs = new ConcurrentHashMap<>();

    /**
     * Keeps compiled filters in {@code cacheDirectory}, which is made if its parent exists and must belong to root
     * alone.
     */
    public SeccompIsolator(CapabilityPolicy capabilities, Optional<Path> cacheDirectory) {
        this(cacheDirectory.map(directory -> new ProgramCache(directory, ROOT)), capabilities, true);
    }

    /**
     * An isolator with or without {@code linux/nnp} beside it.
     *
     * @param noNewPrivileges whether tasks that ask for it have {@code no_new_privs} by the time of the filter
     */
    SeccompIsolator(Optional<ProgramCache> cache, CapabilityPolicy capabilities, boolean noNewPrivileges) {
        this.capabilities = capabilities;
        this.noNewPrivileges = noNewPrivileges;
        this.cache = cache;
    }

    @Override
    public String name() {
        return "linux/seccomp";
    }

    @Override
    public List<LaunchStep> plan(LaunchContext context) {
        if (context.spec().security().seccomp() == SeccompMode.UNCONFINED) {
            return List.of();
        }
        SecuritySpec security = context.spec().security();
        List<Long> program = programs.computeIfAbsent(capabilities.granted(security), this::program);
        boolean last = noNewPrivileges && security.noNewPrivileges();
        return List.of(new Seccomp(program, last ? Phase.CONFINE : Phase.PROCESS));
    }

    private List<Long> program(long granted) {
        FilterArchitecture architecture = architecture();
        Optional<String> name = FilterCompiler.installedBuild().map(build -> cacheName(granted, architecture, build));
        Optional<List<Long>> cached = cache.flatMap(known -> name.flatMap(known::read));
        if (cached.isPresent()) {
            return cached.get();
        }
        List<Long> program = compile(granted, architecture);
        cache.ifPresent(known -> name.ifPresent(file -> known.write(file, program)));
        return program;
    }

    private static String cacheName(long granted, FilterArchitecture architecture, String build) {
        return PROFILE_DIGEST + "-" + architecture + "-" + Long.toHexString(granted) + "-" + build + ".bpf";
    }

    private static FilterArchitecture architecture() {
        String name = Machine.architecture();
        return FilterArchitecture.named(name)
                .orElseThrow(() -> new IsolationException(
                        Fault.HOST_SETUP,
                        "cannot make a seccomp filter for architecture '" + name
                                + "': only amd64 and aarch64 are known"));
    }

    private static List<Long> compile(long granted, FilterArchitecture architecture) {
        FilterCompiler compiler = FilterCompiler.installed()
                .orElseThrow(() -> new IsolationException(
                        Fault.HOST_SETUP,
                        "cannot make a seccomp filter: " + FilterCompiler.LIBRARY
                                + " is not installed; install Debian package libseccomp2"));
        try {
            return compiler.compile(defaultProfile().resolve(granted, architecture), architecture);
        } catch (IOException e) {
            throw new IsolationException(Fault.INTERNAL, "cannot make a seccomp filter: " + e.getMessage(), e);
        }
    }

    static SeccompProfile defaultProfile() {
        try (InputStream json = SeccompIsolator.class.getResourceAsStream(PROFILE)) {
            if (json == null) {
                throw new IllegalStateException("resource " + PROFILE + " is missing");
            }
            return SeccompProfileParser.parse(json.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
