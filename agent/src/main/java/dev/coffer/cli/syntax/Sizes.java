package dev.coffer.cli.syntax;

import java.util.Locale;

/** Amounts of memory as people write them: {@code 64MB}, {@code 512m}, {@code 1.5g}, {@code 1048576}; always 1024-based. */
final class Sizes {
    private static final String UNITS = "bkmgt";
    private static final int MAX_LENGTH = 32;

    private Sizes() {}

    /**
     * Bytes.
     *
     * @throws IllegalArgumentException with the cause only
     */
    static long parse(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        int end = 0;
        while (end < lower.length() && (isDigit(lower.charAt(end)) || lower.charAt(end) == '.')) {
            end++;
        }
        String number = lower.substring(0, end);
        if (lower.startsWith("-")) {
            throw new IllegalArgumentException("it must be more than 0");
        }
        if (number.isEmpty()
                || number.equals(".")
                || number.indexOf('.') != number.lastIndexOf('.')
                || text.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("not a size; write 128MB, 128m or a number of bytes");
        }
        double bytes = Double.parseDouble(number) * Math.pow(1024, exponentOf(lower.substring(end)));
        if (bytes >= Long.MAX_VALUE) {
            throw new IllegalArgumentException("more than this machine can count");
        }
        if (bytes < 1) {
            throw new IllegalArgumentException("it must be more than 0");
        }
        return (long) bytes;
    }

    private static int exponentOf(String unit) {
        if (unit.isEmpty()) {
            return 0;
        }
        int exponent = UNITS.indexOf(unit.charAt(0));
        String rest = unit.substring(1);
        boolean known = exponent >= 0 && (rest.isEmpty() || (exponent > 0 && (rest.equals("b") || rest.equals("ib"))));
        if (!known) {
            throw new IllegalArgumentException("unknown unit '" + unit + "'; use B, KB, MB, GB or TB");
        }
        return exponent;
    }

    /** In the largest unit that divides it, as {@link #parse} reads it. */
    static String format(long bytes) {
        String[] units = {"B", "KB", "MB", "GB", "TB"};
        int unit = 0;
        long value = bytes;
        while (unit < units.length - 1 && value >= 1024 && value % 1024 == 0) {
            value /= 1024;
            unit++;
        }
        return value + " " + units[unit];
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
