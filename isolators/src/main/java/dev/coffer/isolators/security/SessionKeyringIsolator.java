package dev.coffer.isolators.security;

import dev.coffer.isolation.LaunchContext;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.SessionKeyring;
import dev.coffer.isolation.PlanIsolator;
import java.util.List;

/**
 * A session keyring of the task's own. Keyrings are not namespaced: without one, the task would possess the keys of the
 * session the agent was started from.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/session-keyring.7.html">session-keyring(7)</a>
 */
public final class SessionKeyringIsolator implements PlanIsolator {
    @Override
    public String name() {
        return "linux/keyring";
    }

    @Override
    public List<LaunchStep> plan(LaunchContext context) {
        return List.of(new SessionKeyring());
    }
}
