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
import dev.coffer.isolators.security.SeccompProfile.Installation;
import dev.coffer.isolators.security.SeccompProfile.Target;
import dev.coffer.isolators.security.SeccompProfiles.Source;
import dev.coffer.linux.Machine;
import dev.coffer.linux.seccomp.FilterArchitecture;
import dev.coffer.linux.seccomp.FilterCompiler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The system-call filter of a profile, fitted to the capabilities the task is granted.
 *
 * <p>Thread-safe. A filter is compiled once per profile and set of capabilities; with a warm cache directory neither the profile
 * nor libseccomp is loaded.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/seccomp.2.html">seccomp(2)</a>
 */
public final class SeccompIsolator implements PlanIsolator {
    private static final int ROOT = 0;

    private final CapabilityPolicy capabilities;
    private final boolean noNewPrivileges;
    private final Optional<ProgramCache> cache;
    private final SeccompProfiles profiles;
    private final Map<String, List<Long>> programs = new ConcurrentHashMap<>();
    private final Map<String, Installation> installations = new ConcurrentHashMap<>();

    /**
     * Keeps compiled filters in {@code cacheDirectory}, which is made if its parent exists and must belong to root
     * alone.
     */
    public SeccompIsolator(CapabilityPolicy capabilities, Optional<Path> cacheDirectory) {
        this(
                cacheDirectory.map(directory -> new ProgramCache(directory, ROOT)),
                capabilities,
                true,
                new SeccompProfiles(Optional.empty(), Optional.empty()));
    }

    /**
     * An isolator with or without {@code linux/nnp} beside it.
     *
     * @param noNewPrivileges whether tasks that ask for it have {@code no_new_privs} by the time of the filter
     */
    SeccompIsolator(
            Optional<ProgramCache> cache,
            CapabilityPolicy capabilities,
            boolean noNewPrivileges,
            SeccompProfiles profiles) {
        this.profiles = profiles;
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
        Source source = profiles.find(security.profiles().seccomp());
        long granted = capabilities.granted(security);
        List<Long> program = programs.computeIfAbsent(
                source.digest() + "-" + Long.toHexString(granted), key -> program(source, granted));
        boolean last = noNewPrivileges && security.noNewPrivileges();
        Installation said = installation(source);
        return List.of(new Seccomp(program, last ? Phase.CONFINE : Phase.PROCESS, said.flags(), said.listener()));
    }

    /** Ours says nothing, and need not be parsed to know that. */
    private Installation installation(Source source) {
        if (source.digest().equals(SeccompProfiles.BUILT_IN_DIGEST)) {
            return Installation.PLAIN;
        }
        return installations.computeIfAbsent(
                source.digest(), digest -> source.profile().get().installation());
    }

    private List<Long> program(Source source, long granted) {
        FilterArchitecture architecture = architecture();
        Optional<String> name =
                FilterCompiler.installedBuild().map(build -> cacheName(source, granted, architecture, build));
        Optional<List<Long>> cached = cache.flatMap(known -> name.flatMap(known::read));
        if (cached.isPresent()) {
            return cached.get();
        }
        List<Long> program = compile(source, granted, architecture);
        cache.ifPresent(known -> name.ifPresent(file -> known.write(file, program)));
        return program;
    }

    /** With the kernel's release only where a profile can ask for it: ours does not. */
    private static String cacheName(Source source, long granted, FilterArchitecture architecture, String build) {
        String kernel = source.digest().equals(SeccompProfiles.BUILT_IN_DIGEST) ? "" : "-" + KernelRelease.present();
        return source.digest() + "-" + architecture + kernel + "-" + Long.toHexString(granted) + "-" + build + ".bpf";
    }

    private static FilterArchitecture architecture() {
        String name = Machine.architecture();
        return FilterArchitecture.named(name)
                .orElseThrow(() -> new IsolationException(
                        Fault.HOST_SETUP,
                        "cannot make a seccomp filter for architecture '" + name
                                + "': only amd64 and aarch64 are known"));
    }

    private static List<Long> compile(Source source, long granted, FilterArchitecture architecture) {
        FilterCompiler compiler = FilterCompiler.installed()
                .orElseThrow(() -> new IsolationException(
                        Fault.HOST_SETUP,
                        "cannot make a seccomp filter: " + FilterCompiler.LIBRARY
                                + " is not installed; install Debian package libseccomp2"));
        try {
            Target target = new Target(granted, architecture);
            List<Long> program = compiler.compile(source.profile().get().resolve(target), architecture);
            if (program.size() > ProgramCache.MAX_INSTRUCTIONS) {
                throw new IsolationException(
                        Fault.USER_SPEC,
                        "cannot make a seccomp filter: it has " + program.size()
                                + " instructions, and the kernel takes " + ProgramCache.MAX_INSTRUCTIONS
                                + "; shorten the profile");
            }
            return program;
        } catch (IOException e) {
            throw new IsolationException(Fault.INTERNAL, "cannot make a seccomp filter: " + e.getMessage(), e);
        }
    }
}
