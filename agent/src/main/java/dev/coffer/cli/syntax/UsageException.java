package dev.coffer.cli.syntax;

import java.util.List;

/** The command line is wrong; every line says one thing that is wrong with it. */
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    public UsageException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    public UsageException(String problem) {
        this(List.of(problem));
    }

    /** At least one. */
    public List<String> problems() {
        return problems;
    }
}
