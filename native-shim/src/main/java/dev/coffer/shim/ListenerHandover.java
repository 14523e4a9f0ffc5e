package dev.coffer.shim;

import dev.coffer.container.ContainerId;
import dev.coffer.isolation.LaunchPlan;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.SeccompListener;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.process.Descriptor;
import dev.coffer.linux.process.DescriptorDelivery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Brings the listener of a task's filter to the program that answers for its calls, as the OCI runtime specification says.
 *
 * @see <a href="https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#containerprocessstate">container
 *     process state</a>
 */
record ListenerHandover(ContainerId id, SeccompListener to, Path bundle) {
    private static final String OCI_VERSION = "1.0.2";

    /** Empty for a plan without a filter that asks anybody. */
    static Optional<ListenerHandover> of(ContainerId id, LaunchPlan plan, Path bundle) {
        for (LaunchStep step : plan.steps()) {
            if (step instanceof LaunchStep.Seccomp filter && filter.listener().isPresent()) {
                return Optional.of(new ListenerHandover(id, filter.listener().get(), bundle));
            }
        }
        return Optional.empty();
    }

    void send(Descriptor listener, int init) throws IOException {
        try {
            DescriptorDelivery.deliver(to.socket(), message(task(init)).getBytes(StandardCharsets.UTF_8), listener);
        } catch (ErrnoException e) {
            throw new IOException(
                    "cannot hand the seccomp listener over to " + to.socket() + ": " + e.getMessage()
                            + "; the program that answers must listen there before the container is launched",
                    e);
        }
    }

    /** Our init has one child, which has installed the filter; without it, pid 1 has. */
    private static int task(int init) throws IOException {
        Path children = Path.of("/proc/" + init + "/task/" + init + "/children");
        String first = Files.readString(children).strip().split(" ", 2)[0];
        return first.isEmpty() ? init : Integer.parseInt(first);
    }

    private String message(int pid) {
        return "{\"ociVersion\":\"" + OCI_VERSION + "\",\"fds\":[\"seccompFd\"],\"pid\":" + pid + ",\"metadata\":"
                + quoted(to.metadata()) + ",\"state\":{\"ociVersion\":\"" + OCI_VERSION + "\",\"id\":"
                + quoted(id.value())
                + ",\"status\":\"creating\",\"pid\":" + pid + ",\"bundle\":" + quoted(bundle.toString()) + "}}";
    }

    private static String quoted(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
