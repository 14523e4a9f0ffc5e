package dev.coffer.isolators.security;

import dev.coffer.linux.Machine;
import java.util.Comparator;

/** The first two numbers of a kernel's release, which is what profiles ask for. */
record KernelRelease(int major, int minor) implements Comparable<KernelRelease> {
    private static final int MAX_DIGITS = 6;

    /** The running one. */
    static KernelRelease present() {
        return parse(Machine.kernelRelease());
    }

    /**
     * Reads {@code 6.1.0-13-amd64} or {@code 4.8}.
     *
     * @throws IllegalArgumentException if it does not begin with two numbers and a dot between them
     */
    static KernelRelease parse(String text) {
        int dot = text.indexOf('.');
        int end = dot + 1;
        while (end < text.length() && isDigit(text.charAt(end))) {
            end++;
        }
        if (dot < 1 || dot > MAX_DIGITS || end == dot + 1 || end - dot > MAX_DIGITS) {
            throw new IllegalArgumentException("'" + text + "' is no kernel release; expected one such as 4.8");
        }
        for (int i = 0; i < dot; i++) {
            if (!isDigit(text.charAt(i))) {
                throw new IllegalArgumentException("'" + text + "' is no kernel release; expected one such as 4.8");
            }
        }
        return new KernelRelease(
                Integer.parseInt(text.substring(0, dot)), Integer.parseInt(text.substring(dot + 1, end)));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    @Override
    public int compareTo(KernelRelease other) {
        return Comparator.comparingInt(KernelRelease::major)
                .thenComparingInt(KernelRelease::minor)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
