package dev.coffer.shim;

import dev.coffer.linux.process.ControlSocket.Message;
import dev.coffer.linux.process.Descriptor;
import java.io.IOException;
import java.util.List;

/** One message of the launcher, as report.c writes it. */
sealed interface LaunchReport {
    /** The container's pid 1 exists. */
    record Started(int pid) implements LaunchReport {}

    /** Every step before the gate is done. */
    record Ready() implements LaunchReport {}

    /** The master of the task's terminal. */
    record TerminalOpened(Descriptor master) implements LaunchReport {}

    /** What is told of system calls that the task's filter leaves to others. */
    record ListenerOpened(Descriptor listener) implements LaunchReport {}

    /** A step failed; nothing follows. */
    record Failed(StepFailedException failure) implements LaunchReport {}

    static LaunchReport parse(Message message) throws IOException {
        String[] words = message.text().split(" ", 4);
        try {
            return switch (words[0]) {
                case "pid" -> new Started(Integer.parseInt(words[1]));
                case "ready" -> new Ready();
                case "terminal" -> new TerminalOpened(single("a terminal", message.descriptors()));
                case "listener" -> new ListenerOpened(single("a listener", message.descriptors()));
                case "step" ->
                    new Failed(
                            new StepFailedException(Integer.parseInt(words[1]), words[2], Integer.parseInt(words[3])));
                case "refused" -> throw new IOException("launcher refused the plan as malformed: errno " + words[1]);
                default -> throw new IOException("launcher said '" + message.text() + "', which means nothing");
            };
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException("launcher said '" + message.text() + "', which is cut short", e);
        }
    }

    private static Descriptor single(String what, List<Descriptor> sent) throws IOException {
        if (sent.size() != 1) {
            sent.forEach(Descriptor::close);
            throw new IOException("launcher opened " + what + " but sent " + sent.size() + " descriptors");
        }
        return sent.get(0);
    }
}
