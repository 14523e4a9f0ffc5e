package dev.coffer.isolators.cgroup;

import dev.coffer.flag.Syntax;
import java.util.Optional;

/** Numbers that {@code cgroups/net_cls} makes classes of. */
record NetHandles(Optional<Long> primary, long first, long last) {
    static final long LARGEST = 0xffff;

    /** {@code 0xA,0xB}: from the first to the last. */
    static final class Range implements Syntax<Range.Bounds> {
        record Bounds(long first, long last) {}

        private static final Syntax<Long> HANDLE = Syntax.number(1, LARGEST);

        @Override
        public String label() {
            return "FIRST,LAST";
        }

        @Override
        public String expected() {
            return "two numbers from 0x1 to 0xffff such as 0x1,0xff, the first not above the last";
        }

        @Override
        public Bounds parse(String text) {
            String[] bounds = text.split(",", -1);
            if (bounds.length != 2) {
                throw new IllegalArgumentException();
            }
            Bounds range = new Bounds(HANDLE.parse(bounds[0].strip()), HANDLE.parse(bounds[1].strip()));
            if (range.first() > range.last()) {
                throw new IllegalArgumentException("the first is above the last");
            }
            return range;
        }
    }
}
