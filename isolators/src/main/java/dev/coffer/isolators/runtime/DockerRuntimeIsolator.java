package dev.coffer.isolators.runtime;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.Fault;
import dev.coffer.container.ImageConfig;
import dev.coffer.container.ProcessSpec;
import dev.coffer.container.Stdio;
import dev.coffer.isolation.LaunchContext;
import dev.coffer.isolation.LaunchStep;
import dev.coffer.isolation.LaunchStep.Exec;
import dev.coffer.isolation.LaunchStep.Identity;
import dev.coffer.isolation.LaunchStep.WorkingDirectory;
import dev.coffer.isolation.PlanIsolator;
import dev.coffer.isolators.namespace.NamespacesIsolator;
import dev.coffer.isolators.secret.EnvironmentSecrets;
import dev.coffer.isolators.security.CapabilityPolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * Command, environment, working directory and user: the image's, overridden by the request, as docker merges them.
 *
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/conversion.md">OCI image specification,
 *     conversion to a runtime configuration</a>
 */
public final class DockerRuntimeIsolator implements PlanIsolator {
    private static final int ROOT = 0;

    private final CapabilityPolicy capabilities;
    private final boolean heedsImage;
    private final boolean startsInSandbox;
    private final EnvironmentSecrets secrets;

    public DockerRuntimeIsolator(CapabilityPolicy capabilities) {
        this(capabilities, true, false, EnvironmentSecrets.none());
    }

    /**
     * An isolator that may leave the image's configuration aside.
     *
     * @param heedsImage whether what the request does not say is taken from the image
     * @param startsInSandbox whether the task starts there unless the request says otherwise
     */
    DockerRuntimeIsolator(
            CapabilityPolicy capabilities, boolean heedsImage, boolean startsInSandbox, EnvironmentSecrets secrets) {
        this.startsInSandbox = startsInSandbox;
        this.secrets = secrets;
        this.capabilities = capabilities;
        this.heedsImage = heedsImage;
    }

    @Override
    public String name() {
        return "docker/runtime";
    }

    @Override
    public List<LaunchStep> plan(LaunchContext context) {
        ContainerSpec spec = context.spec();
        ImageConfig image = heedsImage ? context.image() : ImageConfig.EMPTY;
        List<String> command = command(spec, image);
        User user = new UserLookup(context.files(), describe(spec))
                .find(spec.process().user().or(image::user).orElse(""));
        Environment environment = new Environment(
                        NamespacesIsolator.hostnameOf(spec), spec.stdio() instanceof Stdio.Terminal, user.home())
                .withImage(image.environment())
                .withRequest(spec.process().environment())
                .withRequest(secrets.resolve(spec.process().secrets()));
        return List.of(
                // a directory that has to be made belongs to root, as with docker
                new WorkingDirectory(workingDirectory(context, image), ROOT, ROOT),
                new Identity(user.uid(), user.gid(), user.groups(), capabilities.setsFor(spec.security(), user.uid())),
                new Exec(command, environment.entries()));
    }

    /** Whom the task's own files should belong to. */
    public record Account(int uid, int gid) {}

    /** The account that the task starts with, as request and image have it. */
    public static Account accountOf(LaunchContext context) {
        User user = new UserLookup(context.files(), describe(context.spec()))
                .find(context.spec().process().user().or(context.image()::user).orElse(""));
        return new Account(user.uid(), user.gid());
    }

    private static List<String> command(ContainerSpec spec, ImageConfig image) {
        ProcessSpec process = spec.process();
        List<String> command = new ArrayList<>(process.entrypoint().orElse(image.entrypoint()));
        boolean useImageArguments =
                process.command().isEmpty() && process.entrypoint().isEmpty();
        command.addAll(useImageArguments ? image.command() : process.command());
        if (command.isEmpty() || command.get(0).isEmpty()) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot run " + describe(spec) + ": no command is given and "
                            + (spec.image().isPresent() ? "the image names none" : "there is no image to name one")
                            + "; put a command at the end");
        }
        for (String argument : command) {
            if (argument.indexOf('\0') >= 0) {
                throw new IsolationException(
                        Fault.USER_SPEC,
                        "cannot run command '" + command.get(0).replace('\0', '?')
                                + "': an argument holds a NUL character");
            }
        }
        return command;
    }

    private String workingDirectory(LaunchContext context, ImageConfig image) {
        String requested = context.spec().process().workingDirectory().orElse("");
        if (requested.indexOf('\0') >= 0 || (!requested.isEmpty() && !requested.startsWith("/"))) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot use working directory '" + requested.replace('\0', '?') + "': it must be an absolute path");
        }
        if (!requested.isEmpty()) {
            return requested;
        }
        if (startsInSandbox) {
            return context.sandbox().toString();
        }
        String fromImage =
                image.workingDirectory().filter(path -> path.indexOf('\0') < 0).orElse("/");
        return fromImage.startsWith("/") ? fromImage : "/" + fromImage;
    }

    private static String describe(ContainerSpec spec) {
        return spec.image().map(reference -> "image '" + reference + "'").orElse("the host");
    }
}
