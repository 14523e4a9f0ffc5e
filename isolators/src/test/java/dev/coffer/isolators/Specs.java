package dev.coffer.isolators;

import dev.coffer.container.ContainerId;
import dev.coffer.container.ContainerSpec;
import dev.coffer.container.ContainerSpec.SandboxPolicy;
import dev.coffer.container.ImageConfig;
import dev.coffer.container.ImageFiles;
import dev.coffer.container.IsolationSpec;
import dev.coffer.container.ProcessSpec;
import dev.coffer.container.Resources;
import dev.coffer.container.SecuritySpec;
import dev.coffer.container.Stdio;
import dev.coffer.isolation.LaunchContext;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Requests to plan for: defaults, with one part exchanged. */
public record Specs(ProcessSpec process, IsolationSpec isolation, SecuritySpec security, Stdio stdio) {
    public static final Specs DEFAULT =
            new Specs(ProcessSpec.of("true"), IsolationSpec.DEFAULT, SecuritySpec.DEFAULT, new Stdio.SandboxFiles());

    public Specs with(ProcessSpec other) {
        return new Specs(other, isolation, security, stdio);
    }

    public Specs with(IsolationSpec other) {
        return new Specs(process, other, security, stdio);
    }

    public Specs with(SecuritySpec other) {
        return new Specs(process, isolation, other, stdio);
    }

    public Specs with(Stdio other) {
        return new Specs(process, isolation, security, other);
    }

    public ContainerSpec spec(String id) {
        return new ContainerSpec(
                new ContainerId(id),
                Optional.of("busybox"),
                process,
                Resources.UNLIMITED,
                isolation,
                security,
                stdio,
                SandboxPolicy.KEEP);
    }

    public LaunchContext context() {
        return context(ImageConfig.EMPTY, Map.of());
    }

    /** With an image that holds these text files. */
    public LaunchContext context(ImageConfig image, Map<String, String> texts) {
        ImageFiles files = (path, maxBytes) ->
                Optional.ofNullable(texts.get(path)).map(text -> text.getBytes(StandardCharsets.UTF_8));
        return new LaunchContext(spec("web-1"), image, files, Path.of("/sandbox"));
    }
}
