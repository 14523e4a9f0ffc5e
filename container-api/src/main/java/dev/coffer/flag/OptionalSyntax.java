package dev.coffer.flag;

import java.util.Optional;

/** Another syntax, for a flag that need not have a value. */
record OptionalSyntax<T>(Syntax<T> syntax) implements Syntax<Optional<T>> {
    @Override
    public String label() {
        return syntax.label();
    }

    @Override
    public String expected() {
        return syntax.expected();
    }

    @Override
    public Optional<T> parse(String text) {
        return Optional.of(syntax.parse(text));
    }
}
