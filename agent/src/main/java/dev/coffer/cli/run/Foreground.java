package dev.coffer.cli.run;

import dev.coffer.agent.Host;
import dev.coffer.agent.Images;
import dev.coffer.cli.image.PullProgress;
import dev.coffer.cli.syntax.Console;
import dev.coffer.cli.syntax.RunRequest;
import dev.coffer.container.ContainerException;
import dev.coffer.container.ContainerException.LaunchException;
import dev.coffer.container.ContainerId;
import dev.coffer.container.Containerizer;
import dev.coffer.container.Fault;
import dev.coffer.container.Launched;
import dev.coffer.container.Stdio;
import dev.coffer.container.Termination;
import dev.coffer.container.Termination.Reason;
import dev.coffer.image.PullPolicy;
import dev.coffer.linux.ErrnoException;
import dev.coffer.linux.terminal.WindowSize;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** One container that this process waits for. For one use, on one thread. */
final class Foreground {
    private final Containerizer containerizer;
    private final Images images;
    private final RunRequest request;
    private final Console console;
    private final ContainerId id;
    private final SignalRelay signals;

    Foreground(Host host, RunRequest request, Console console) {
        this.containerizer = host.containerizer();
        this.images = host.images();
        this.request = request;
        this.console = console;
        this.id = request.spec().id();
        this.signals = new SignalRelay(console, containerizer, id, host::close);
    }

    /** From launch to nothing being left of it but, if it was asked for, its sandbox. */
    int run() {
        signals.connect(!request.terminal());
        pull();
        signals.launching();
        Launched launched;
        try {
            launched = containerizer.launch(request.specWith(stdio()));
        } catch (LaunchException e) {
            if (signals.status().isPresent()) {
                return signals.status().getAsInt();
            }
            throw e;
        }
        Termination termination;
        try {
            signals.running();
            tell("container " + id + " runs as process " + launched.pid());
            if (!request.networkChosen()) {
                console.say("no network but loopback: none is configured; see --network and --network_cni_config_dir");
            }
            termination = await(launched);
        } finally {
            signals.over();
            destroy();
        }
        report(termination);
        return termination.shellStatus();
    }

    /** Before the launch, so that it can be watched; the launch then finds the image in the store. */
    private void pull() {
        if (request.spec().image().isPresent()) {
            try (PullProgress progress = PullProgress.to(console)) {
                images.pull(request.spec().image().get(), PullPolicy.MISSING, progress);
            }
        }
    }

    private Stdio stdio() {
        if (!request.terminal()) {
            return request.spec().stdio();
        }
        try {
            WindowSize size = WindowSize.of(TerminalRelay.STDIN);
            return new Stdio.Terminal(size.rows(), size.columns());
        } catch (ErrnoException e) {
            throw terminalFailure("measure", e);
        }
    }

    private Termination await(Launched launched) {
        CompletableFuture<Termination> end = containerizer.termination(id).orElseThrow();
        if (launched.terminalFd().isEmpty()) {
            return end.join();
        }
        try (TerminalRelay ignored =
                TerminalRelay.start(console, launched.terminalFd().getAsInt(), request.interactive())) {
            return end.join();
        } catch (ErrnoException e) {
            throw terminalFailure("connect", e);
        }
    }

    private LaunchException terminalFailure(String verb, ErrnoException cause) {
        return new LaunchException(
                Fault.HOST_SETUP, "cannot " + verb + " the terminal on standard input: " + cause.getMessage(), cause);
    }

    /** The container is over whatever comes of this; what could not be removed is told, with what to do about it. */
    private void destroy() {
        Optional<String> sandbox =
                containerizer.status(id).map(status -> status.sandbox().toString());
        try {
            Optional<CompletableFuture<Termination>> gone = containerizer.destroy(id);
            gone.ifPresent(CompletableFuture::join);
            if (request.verbose()) {
                sandbox.ifPresent(path -> tell("sandbox: " + path));
            }
        } catch (CompletionException e) {
            String cause = e.getCause() instanceof ContainerException known
                    ? String.valueOf(known.getMessage())
                    : String.valueOf(e.getMessage());
            console.say(cause + "; coffer cleanup tries again");
        }
    }

    private void report(Termination termination) {
        boolean unexpected = termination.reason() == Reason.MEMORY_LIMIT
                || termination.reason() == Reason.SUPERVISOR_LOST
                || termination.limitation().isPresent();
        if (unexpected) {
            console.say("container " + id + ": " + termination.message());
        } else {
            tell("container " + id + ": " + termination.message());
        }
    }

    private void tell(String message) {
        if (request.verbose()) {
            console.say(message);
        }
    }
}
