package dev.coffer.isolators.disk;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Fault;
import dev.coffer.container.Resources;
import dev.coffer.container.Statistic;
import dev.coffer.container.Usage;
import dev.coffer.isolation.HostResource;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LimitationListener;
import dev.coffer.isolation.LimitsAtRunTime;
import dev.coffer.isolation.ReportsUsage;
import dev.coffer.isolation.Updatable;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.quota.ProjectQuotas.Account;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The project of one container: everything in its sandbox, with the upper and work directories of its root and of its
 * image volumes, which are there before this.
 */
final class ContainerQuota implements HostResource, ReportsUsage, LimitsAtRunTime, Updatable {
    private static final long UNKNOWN = -1;

    private final ProjectQuotaIsolator isolator;
    private final ContainerId id;
    private final Path sandbox;
    private long project = UNKNOWN;
    private OptionalLong limit = OptionalLong.empty();
    private @Nullable Future<?> watching;

    ContainerQuota(ProjectQuotaIsolator isolator, ContainerId id) {
        this.isolator = isolator;
        this.id = id;
        this.sandbox = isolator.sandboxes().apply(id);
    }

    @Override
    public synchronized void create(ContainerSpec spec) {
        isolator.limits().create(id);
        project = isolator.ids().allot(id);
        try (Stream<Path> tree = Files.walk(sandbox)) {
            for (Path path : (Iterable<Path>) tree::iterator) {
                if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                        || Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    isolator.quotas().assign(path, project);
                }
            }
        } catch (IOException e) {
            throw failed("give project id " + project + " to", e);
        }
        limitTo(spec.resources().diskBytes());
    }

    @Override
    public synchronized void update(Resources resources) {
        if (resources.diskBytes().isPresent() && project() == 0) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot limit disk space of container " + id + ": it was started without " + isolator.name()
                            + "; launch it again");
        }
        if (project() != 0) {
            limitTo(resources.diskBytes());
        }
    }

    private void limitTo(OptionalLong bytes) {
        isolator.limits().write(id, bytes);
        limit = bytes;
        boolean enforced = isolator.mode().enforced() && bytes.isPresent();
        long allowed = enforced ? bytes.getAsLong() : 0;
        boolean kills = enforced && isolator.mode().kills();
        try {
            isolator.quotas()
                    .limit(
                            sandbox,
                            project(),
                            kills ? allowed : 0,
                            kills ? allowed + isolator.mode().headroom() : allowed);
        } catch (ErrnoException e) {
            throw failed("limit project " + project + " of", e);
        }
    }

    /** 0 if it has none. */
    private synchronized long project() {
        if (project == UNKNOWN) {
            try {
                project = isolator.ids().of(id);
            } catch (ErrnoException e) {
                throw failed("find the project of", e);
            }
        }
        return project;
    }

    @Override
    public List<LaunchStep> steps() {
        return List.of();
    }

    @Override
    public synchronized void watch(LimitationListener listener) {
        limit = isolator.limits().read(id); // of a container that an earlier agent made
        if (isolator.mode().enforced() && project() != 0) {
            watching = isolator.watch().repeat(() -> look(listener));
        }
    }

    /**
     * Also where writes are refused: with CAP_SYS_RESOURCE a task may override that on ext4. Little more is the file
     * system's own doing, which does not refuse itself what it needs to describe a file.
     */
    private void look(LimitationListener listener) {
        OptionalLong allowed = limit();
        try {
            long used = isolator.quotas().account(sandbox, project()).bytes();
            if (allowed.isPresent() && isolator.mode().ends(used, allowed.getAsLong())) {
                listener.exceeded(DiskUsage.exceeded(used, allowed.getAsLong()));
            }
        } catch (ErrnoException e) {
            // absent figures end nobody; the limit in the kernel holds all the same
        }
    }

    private synchronized OptionalLong limit() {
        return limit;
    }

    @Override
    public void usage(Usage.Builder into) {
        into.put(Statistic.DISK_LIMIT, limit());
        if (project() == 0) {
            return;
        }
        try {
            Account account = isolator.quotas().account(sandbox, project());
            into.put(Statistic.DISK_USED, OptionalLong.of(account.bytes()))
                    .put(Statistic.DISK_INODES_USED, OptionalLong.of(account.files()));
        } catch (ErrnoException e) {
            // absent
        }
    }

    /** The id stays taken as long as there is a tree that is marked with it. */
    @Override
    public synchronized void close() {
        if (watching != null) {
            watching.cancel(false);
            watching = null;
        }
        project = UNKNOWN;
        isolator.limits().remove(id);
    }

    private IsolationException failed(String verb, IOException cause) {
        return new IsolationException(
                Fault.HOST_SETUP,
                "cannot " + verb + " container " + id + " in " + sandbox + ": " + cause.getMessage(),
                cause);
    }
}
