package dev.coffer.cli.host;

/**
 * One thing a doctor looked at.
 *
 * @param what that was looked at
 * @param detail how it is and, if it should be otherwise, what to change
 */
record Finding(Level level, String what, String detail) {
    /** How bad it is. */
    enum Level {
        OK("ok"),
        /** Containers run, but not with everything. */
        LIMITED("limited"),
        /** Containers cannot run. */
        BROKEN("BROKEN");

        private final String word;

        Level(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    static Finding ok(String what, String detail) {
        return new Finding(Level.OK, what, detail);
    }

    static Finding limited(String what, String detail) {
        return new Finding(Level.LIMITED, what, detail);
    }

    static Finding broken(String what, String detail) {
        return new Finding(Level.BROKEN, what, detail);
    }
}
