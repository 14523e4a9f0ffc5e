package dev.coffer.containerizer.state;

import dev.coffer.container.Limitation;
import dev.coffer.container.Termination;
import dev.coffer.container.Termination.Reason;
import java.io.IOException;
import java.util.OptionalInt;

/** A {@link Termination} on disk, written before the cgroups that it was read from are removed. */
final class TerminationRecord {
    static final String FILE = "termination";

    private TerminationRecord() {}

    static String format(Termination termination) {
        RecordText text = new RecordText();
        termination.exitCode().ifPresent(code -> text.put("exit", Integer.toString(code)));
        termination.signal().ifPresent(signal -> text.put("signal", Integer.toString(signal)));
        text.put("reason", termination.reason().name());
        text.put("message", termination.message().replace('\n', ' '));
        text.put("oom_kills", Long.toString(termination.oomKills()));
        text.put("finished", Long.toString(termination.finishedAtMillis()));
        termination.limitation().ifPresent(limitation -> text.put("limited", limitation.resource()));
        return text.format();
    }

    static Termination parse(String content) throws IOException {
        RecordText text = RecordText.parse(content);
        try {
            Reason reason = Reason.valueOf(text.get("reason"));
            String message = text.get("message");
            return new Termination(
                    number(text, "exit"),
                    number(text, "signal"),
                    reason,
                    message,
                    Long.parseLong(text.get("oom_kills")),
                    Long.parseLong(text.get("finished")),
                    text.find("limited").map(resource -> new Limitation(reason, message, resource)));
        } catch (IllegalArgumentException e) {
            throw new IOException("termination record is malformed: " + e.getMessage(), e);
        }
    }

    private static OptionalInt number(RecordText text, String key) {
        return text.find(key).map(Integer::parseInt).map(OptionalInt::of).orElse(OptionalInt.empty());
    }
}
