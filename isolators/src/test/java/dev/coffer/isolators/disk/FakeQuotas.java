package dev.coffer.isolators.disk;

import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.quota.ProjectQuotas;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A file system that counts projects in memory; what a test puts in an account is there. */
final class FakeQuotas implements ProjectQuotas {
    final Map<Path, Long> projects = new HashMap<>();
    final Map<Long, Account> accounts = new HashMap<>();
    final Map<Long, String> limits = new HashMap<>();
    State state = State.ENFORCED;
    boolean broken;

    @Override
    public State state(Path path) {
        return state;
    }

    @Override
    public long projectOf(Path path) {
        return projects.getOrDefault(path, 0L);
    }

    @Override
    public void assign(Path path, long project) throws ErrnoException {
        if (broken) {
            throw new ErrnoException("ioctl(" + path + ")", Errno.ENOTSUP);
        }
        projects.put(path, project);
    }

    @Override
    public Account account(Path path, long project) {
        return accounts.getOrDefault(project, new Account(0, 0));
    }

    @Override
    public void limit(Path path, long project, long soft, long hard) {
        limits.put(project, soft + "/" + hard);
    }
}
