package dev.coffer.linux.seccomp;

/**
 * A test of one system-call argument as an unsigned 64-bit number.
 *
 * @param index 0 to 5
 * @param value what is compared with
 * @param mask bits that are looked at, for {@link Comparison#MASKED_EQUAL} only
 * @see <a href="https://man7.org/linux/man-pages/man3/seccomp_rule_add.3.html">seccomp_rule_add(3)</a>
 */
public record ArgumentTest(int index, Comparison comparison, long value, long mask) {
    public ArgumentTest {
        if (index < 0 || index > 5) {
            throw new IllegalArgumentException("a system call has arguments 0 to 5, not " + index);
        }
    }

    /** How the argument is compared. */
    public enum Comparison {
        NOT_EQUAL(1),
        LESS(2),
        LESS_OR_EQUAL(3),
        EQUAL(4),
        GREATER_OR_EQUAL(5),
        GREATER(6),
        MASKED_EQUAL(7);

        private final int code;

        Comparison(int code) {
            this.code = code;
        }

        /** {@code enum scmp_compare}. */
        int code() {
            return code;
        }
    }
}
