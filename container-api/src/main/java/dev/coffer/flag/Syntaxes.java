package dev.coffer.flag;

import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The built-in value syntaxes. A class each, so that a cold start loads only those it reads. */
final class Syntaxes {
    private static final int MAX_NUMBER_LENGTH = 40;

    private Syntaxes() {}

    record Bool() implements Syntax<Boolean> {
        @Override
        public String label() {
            return "true|false";
        }

        @Override
        public String expected() {
            return "true or false";
        }

        @Override
        public Boolean parse(String text) {
            return switch (text) {
                case "true", "1" -> true;
                case "false", "0" -> false;
                default -> throw new IllegalArgumentException();
            };
        }
    }

    record Text() implements Syntax<String> {
        @Override
        public String label() {
            return "TEXT";
        }

        @Override
        public String expected() {
            return "a text";
        }

        @Override
        public String parse(String text) {
            return text;
        }
    }

    record Time() implements Syntax<Duration> {
        @Override
        public String label() {
            return "DURATION";
        }

        @Override
        public String expected() {
            return "a duration such as 15secs; units are ns, us, ms, secs, mins, hrs, days and weeks";
        }

        @Override
        public Duration parse(String text) {
            int unit = unitStart(text);
            return Duration.ofNanos(scaled(text.substring(0, unit), nanosIn(text.substring(unit))));
        }

        private static long nanosIn(String unit) {
            return switch (unit) {
                case "ns" -> 1L;
                case "us" -> 1_000L;
                case "ms" -> 1_000_000L;
                case "secs" -> 1_000_000_000L;
                case "mins" -> 60 * 1_000_000_000L;
                case "hrs" -> 3_600 * 1_000_000_000L;
                case "days" -> 86_400 * 1_000_000_000L;
                case "weeks" -> 7 * 86_400 * 1_000_000_000L;
                default -> throw unknownUnit(unit);
            };
        }
    }

    record Bytes() implements Syntax<Long> {
        @Override
        public String label() {
            return "BYTES";
        }

        @Override
        public String expected() {
            return "a size such as 10MB; units are B, KB, MB, GB and TB";
        }

        @Override
        public Long parse(String text) {
            int unit = unitStart(text);
            return scaled(text.substring(0, unit), bytesIn(text.substring(unit)));
        }

        private static long bytesIn(String unit) {
            return switch (unit) {
                case "B" -> 1L;
                case "KB" -> 1L << 10;
                case "MB" -> 1L << 20;
                case "GB" -> 1L << 30;
                case "TB" -> 1L << 40;
                default -> throw unknownUnit(unit);
            };
        }
    }

    record Whole(long least, long most) implements Syntax<Long> {
        @Override
        public String label() {
            return "NUMBER";
        }

        @Override
        public String expected() {
            return "a whole number" + within(Long.toString(least), Long.toString(most), most == Long.MAX_VALUE);
        }

        @Override
        public Long parse(String text) {
            long number = text.startsWith("0x") ? Long.parseLong(text.substring(2), 16) : Long.parseLong(text);
            if (number < least || number > most) {
                throw new IllegalArgumentException("it is out of bounds");
            }
            return number;
        }
    }

    record Decimal(double least, double most) implements Syntax<Double> {
        @Override
        public String label() {
            return "NUMBER";
        }

        @Override
        public String expected() {
            return "a number" + within(Double.toString(least), Double.toString(most), most == Double.MAX_VALUE);
        }

        @Override
        public Double parse(String text) {
            double number = decimal(text).doubleValue();
            if (!(number >= least && number <= most)) {
                throw new IllegalArgumentException("it is out of bounds");
            }
            return number;
        }
    }

    record AbsolutePath() implements Syntax<Path> {
        @Override
        public String label() {
            return "PATH";
        }

        @Override
        public String expected() {
            return "an absolute path";
        }

        @Override
        public Path parse(String text) {
            try {
                Path path = Path.of(text);
                if (path.isAbsolute()) {
                    return path.normalize();
                }
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException("it cannot be a path", e);
            }
            throw new IllegalArgumentException();
        }
    }

    record Names() implements Syntax<List<String>> {
        @Override
        public String label() {
            return "NAME,...";
        }

        @Override
        public String expected() {
            return "names between commas";
        }

        @Override
        public List<String> parse(String text) {
            List<String> names = new ArrayList<>();
            Set<String> known = new HashSet<>();
            for (String part : text.split(",", -1)) {
                String name = part.strip();
                if (name.isEmpty()) {
                    throw new IllegalArgumentException("a name is empty");
                }
                if (!known.add(name)) {
                    throw new IllegalArgumentException("'" + name + "' is named twice");
                }
                names.add(name);
            }
            return Collections.unmodifiableList(names);
        }
    }

    record OneOf(Set<String> words) implements Syntax<String> {
        @Override
        public String label() {
            return String.join("|", new TreeSet<>(words));
        }

        @Override
        public String expected() {
            return "one of " + String.join(", ", new TreeSet<>(words));
        }

        @Override
        public String parse(String text) {
            if (!words.contains(text)) {
                throw new IllegalArgumentException();
            }
            return text;
        }
    }

    record Ranges(long least, long most) implements Syntax<List<NumberRange>> {
        @Override
        public String label() {
            return "[A-B,...]";
        }

        @Override
        public String expected() {
            return "ranges such as [" + least + "-" + most + "]"
                    + within(Long.toString(least), Long.toString(most), false);
        }

        @Override
        public List<NumberRange> parse(String text) {
            if (!text.startsWith("[") || !text.endsWith("]") || text.length() < 2) {
                throw new IllegalArgumentException();
            }
            List<NumberRange> ranges = new ArrayList<>();
            for (String part : text.substring(1, text.length() - 1).split(",", -1)) {
                ranges.add(range(part.strip()));
            }
            return Collections.unmodifiableList(ranges);
        }

        private NumberRange range(String part) {
            int dash = part.indexOf('-');
            if (dash <= 0) {
                throw new IllegalArgumentException("'" + part + "' is no range");
            }
            NumberRange range =
                    new NumberRange(Long.parseLong(part.substring(0, dash)), Long.parseLong(part.substring(dash + 1)));
            if (range.first() < least || range.last() > most) {
                throw new IllegalArgumentException("'" + part + "' is out of bounds");
            }
            return range;
        }
    }

    private static String within(String least, String most, boolean unbounded) {
        return unbounded ? " of at least " + least : " from " + least + " to " + most;
    }

    private static int unitStart(String text) {
        int end = 0;
        while (end < text.length()
                && ((text.charAt(end) <= '9' && text.charAt(end) >= '0') || text.charAt(end) == '.')) {
            end++;
        }
        return end;
    }

    /** Exact: a fraction of a unit is rounded down to the smallest one. */
    private static long scaled(String number, long unit) {
        BigDecimal scaled = decimal(number).multiply(BigDecimal.valueOf(unit));
        if (scaled.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException("it is too large");
        }
        return scaled.longValue();
    }

    /** Without exponents, whose size could be anything. */
    private static BigDecimal decimal(String text) {
        if (text.length() > MAX_NUMBER_LENGTH || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
            throw new IllegalArgumentException("it is no plain number");
        }
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("it does not begin with a number", e);
        }
    }

    private static IllegalArgumentException unknownUnit(String unit) {
        return new IllegalArgumentException(unit.isEmpty() ? "it has no unit" : "there is no unit '" + unit + "'");
    }
}
