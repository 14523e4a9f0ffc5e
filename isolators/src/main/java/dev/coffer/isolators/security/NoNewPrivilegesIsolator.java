package dev.coffer.isolators.security;

import dev.coffer.isolation.LaunchContext;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.NoNewPrivileges;
import dev.coffer.isolation.PlanIsolator;
import java.util.List;

/**
 * Set-user-ID bits and file capabilities give nothing on exec.
 *
 * @see <a href="https://docs.kernel.org/userspace-api/no_new_privs.html">no_new_privs</a>
 */
public final class NoNewPrivilegesIsolator implements PlanIsolator {
    @Override
    public String name() {
        return "linux/nnp";
    }

    @Override
    public List<LaunchStep> plan(LaunchContext context) {
        return context.spec().security().noNewPrivileges() ? List.of(new NoNewPrivileges()) : List.of();
    }
}
