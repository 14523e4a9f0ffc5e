package dev.coffer.flag;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** How the value of a flag is written. The built-in ones read what the Mesos agent reads. */
public interface Syntax<T> {
    /** Stands for the value in help texts: {@code DURATION}. */
    String label();

    /** What a value must be, as in "expected a duration such as 15secs". */
    String expected();

    /**
     * The value that {@code text} stands for.
     *
     * @throws IllegalArgumentException if it stands for none; the message, if any, is the cause alone and does not repeat
     *     {@link #expected}
     */
    T parse(String text);

    /** {@code true} or {@code false}, also {@code 1} or {@code 0}. */
    static Syntax<Boolean> bool() {
        return new Syntaxes.Bool();
    }

    /** Any text. */
    static Syntax<String> text() {
        return new Syntaxes.Text();
    }

    /** {@code 15secs}, {@code 1.5mins}; units ns, us, ms, secs, mins, hrs, days, weeks. */
    static Syntax<Duration> duration() {
        return new Syntaxes.Time();
    }

    /** {@code 10MB}; units B, KB, MB, GB, TB, 1024 each. */
    static Syntax<Long> bytes() {
        return new Syntaxes.Bytes();
    }

    /** A whole number, decimal or {@code 0x} hexadecimal, within these bounds. */
    static Syntax<Long> number(long least, long most) {
        return new Syntaxes.Whole(least, most);
    }

    /** A number within these bounds, such as a fraction. */
    static Syntax<Double> decimal(double least, double most) {
        return new Syntaxes.Decimal(least, most);
    }

    /** An absolute path. */
    static Syntax<Path> path() {
        return new Syntaxes.AbsolutePath();
    }

    /** Words between commas, in the order given; an empty word or one given twice is refused. */
    static Syntax<List<String>> names() {
        return new Syntaxes.Names();
    }

    /** One of these words. */
    static Syntax<String> oneOf(String... words) {
        return new Syntaxes.OneOf(Set.of(words));
    }

    /** {@code [5000-10000]} or {@code [1-5,7-9]}, each bound within {@code least} and {@code most}. */
    static Syntax<List<NumberRange>> ranges(long least, long most) {
        return new Syntaxes.Ranges(least, most);
    }
}
