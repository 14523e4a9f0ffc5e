package dev.coffer.isolators.network.ports;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Limitation;
import dev.coffer.container.Termination.Reason;
import dev.coffer.flag.NumberRange;
import dev.coffer.isolation.LimitationListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares open ports with those containers own, for all containers at once, while there are any. Thread-safe. */
final class PortsWatch {
    private static final Logger LOG = LoggerFactory.getLogger(PortsWatch.class);

    private final ProcessTable table;
    private final PortRules rules;
    private final List<OpenPort.Protocol> protocols;
    private final Duration interval;
    private final boolean enforce;

    @GuardedBy("this")
    private final Map<String, Watched> watched = new HashMap<>();

    @GuardedBy("this")
    private @Nullable ScheduledThreadPoolExecutor thread;

    /** A container, and what was said of it already. */
    private record Watched(List<NumberRange> own, LimitationListener listener, Set<OpenPort> told) {}

    PortsWatch(
            ProcessTable table,
            PortRules rules,
            List<OpenPort.Protocol> protocols,
            Duration interval,
            boolean enforce) {
        this.table = table;
        this.rules = rules;
        this.protocols = List.copyOf(protocols);
        this.interval = interval;
        this.enforce = enforce;
    }

    synchronized void add(ContainerId id, List<NumberRange> own, LimitationListener listener) {
        watched.put(id.value(), new Watched(own, listener, new HashSet<>()));
        if (thread == null) {
            thread = new ScheduledThreadPoolExecutor(1, task -> {
                Thread made = new Thread(task, "coffer-ports");
                made.setDaemon(true);
                return made;
            });
            long nanos = interval.toNanos();
            Future<?> unused = thread.scheduleWithFixedDelay(this::look, nanos, nanos, TimeUnit.NANOSECONDS);
        }
    }

    synchronized void remove(ContainerId id) {
        watched.remove(id.value());
        if (watched.isEmpty() && thread != null) {
            thread.shutdownNow();
            thread = null;
        }
    }

    synchronized void close() {
        watched.clear();
        if (thread != null) {
            thread.shutdownNow();
            thread = null;
        }
    }

    private synchronized Map<String, Watched> watched() {
        return Map.copyOf(watched);
    }

    /** One comparison. A container that is removed meanwhile is told nothing. */
    void look() {
        try {
            Map<Long, OpenPort> byInode = new HashMap<>();
            table.openPorts(protocols).forEach(port -> byInode.put(port.inode(), port));
            if (byInode.isEmpty()) {
                return;
            }
            Map<String, Watched> all = watched();
            for (Map.Entry<String, List<Path>> processes :
                    table.processesByContainer().entrySet()) {
                Watched container = all.get(processes.getKey());
                if (container != null) {
                    look(processes.getKey(), container, processes.getValue(), byInode);
                }
            }
        } catch (IOException e) {
            LOG.warn("cannot look at open ports", e);
        }
    }

    private void look(String id, Watched container, List<Path> processes, Map<Long, OpenPort> byInode) {
        for (Path process : processes) {
            for (Long inode : ProcessTable.socketsOf(process)) {
                OpenPort port = byInode.get(inode);
                if (port != null && rules.forbids(port.port(), container.own())) {
                    found(id, container, port);
                }
            }
        }
    }

    private void found(String id, Watched container, OpenPort port) {
        if (!container.told().add(port) || !watched().containsKey(id)) {
            return;
        }
        String message = "container " + id + " listens on " + port.protocol() + " port " + port.port()
                + ", which is not among its own: " + PortRules.text(container.own());
        if (enforce) {
            NumberRange one = new NumberRange(port.port(), port.port());
            container
                    .listener()
                    .exceeded(new Limitation(Reason.PORTS_LIMIT, message, "ports:" + PortRules.text(List.of(one))));
        } else {
            LOG.warn("{}", message);
        }
    }
}
