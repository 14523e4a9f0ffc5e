package dev.coffer.isolators.security;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.isolation.LaunchContext;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.ApparmorProfile;
import dev.coffer.isolation.PlanIsolator;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Confines the task by a profile that the kernel has loaded.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/LSM/apparmor.html">AppArmor</a>
 */
final class ApparmorIsolator implements PlanIsolator {
    static final String NAME = "linux/apparmor";

    private static final String UNCONFINED = "unconfined";

    private final LoadedProfiles loaded;
    private final Optional<String> unasked;

    ApparmorIsolator(LoadedProfiles loaded, Optional<String> unasked) {
        this.loaded = loaded;
        this.unasked = unasked;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<LaunchStep> plan(LaunchContext context) {
        Optional<String> asked = context.spec().security().profiles().apparmor();
        Optional<String> profile = asked.isPresent() ? asked : unasked;
        if (profile.isEmpty() || profile.get().equals(UNCONFINED)) {
            return List.of();
        }
        check(profile.get(), asked.isPresent() ? Fault.USER_SPEC : Fault.HOST_SETUP);
        return List.of(new ApparmorProfile(profile.get()));
    }

    /** The kernel would say no more than that there is no such file. */
    private void check(String profile, Fault fault) {
        try {
            if (!loaded.contains(profile)) {
                throw new IsolationException(
                        fault,
                        "cannot confine the task by AppArmor profile '" + profile.replaceAll("\\p{Cntrl}", "?")
                                + "': it is not loaded; apparmor_parser -a FILE loads it, aa-status lists those that are");
            }
        } catch (IOException e) {
            throw new IsolationException(
                    Fault.HOST_SETUP,
                    "cannot confine the task by AppArmor profile '" + profile + "': the loaded ones cannot be read: "
                            + e.getMessage(),
                    e);
        }
    }
}
