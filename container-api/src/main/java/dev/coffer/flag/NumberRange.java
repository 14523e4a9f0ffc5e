package dev.coffer.flag;

/** Whole numbers from {@code first} to {@code last}, both included. */
public record NumberRange(long first, long last) {
    public NumberRange {
        if (first > last) {
            throw new IllegalArgumentException("a range must not end before it begins, was " + first + "-" + last);
        }
    }

    public boolean contains(long number) {
        return first <= number && number <= last;
    }

    /** How many numbers it holds. */
    public long size() {
        return last - first + 1;
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
