package dev.coffer.isolators.security;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.flag.Flag;
import dev.coffer.isolation.Isolator;
import dev.coffer.isolation.IsolatorProvider;
import dev.coffer.isolation.IsolatorSetting;
import dev.coffer.isolators.host.HostFacts;
import dev.coffer.linux.seccomp.FilterCompiler;
import java.util.List;
import java.util.Optional;

/** {@code linux/seccomp}. A host without libseccomp must not run unfiltered because nobody noticed. */
public final class SeccompProvider implements IsolatorProvider {
    /** Compiled filters are kept in this directory of {@code runtime_dir}. */
    private static final String CACHE = "seccomp";

    private static final int ROOT = 0;

    private final HostFacts host;

    public SeccompProvider(HostFacts host) {
        this.host = host;
    }

    @Override
    public String name() {
        return "linux/seccomp";
    }

    @Override
    public List<Flag<?>> flags() {
        return SeccompFlags.ALL;
    }

    @Override
    public Optional<String> missing(IsolatorSetting setting) {
        return host.filtersSystemCalls()
                ? Optional.empty()
                : Optional.of("the kernel filters no system calls; use one that is built with CONFIG_SECCOMP_FILTER");
    }

    @Override
    public List<Isolator> create(IsolatorSetting setting) {
        if (FilterCompiler.installedBuild().isEmpty()) {
            throw new IsolationException(
                    Fault.HOST_SETUP,
                    "cannot filter system calls: " + FilterCompiler.LIBRARY
                            + " is not installed; install Debian package libseccomp2, or leave linux/seccomp out of"
                            + " --isolation");
        }
        ProgramCache cache = new ProgramCache(setting.runtimeDirectory().resolve(CACHE), ROOT);
        SeccompProfiles profiles = new SeccompProfiles(
                setting.flags().get(SeccompFlags.CONFIG_DIR), setting.flags().get(SeccompFlags.PROFILE_NAME));
        return List.of(new SeccompIsolator(
                Optional.of(cache), CapabilityPolicy.of(setting, host), setting.has("linux/nnp"), profiles));
    }
}
