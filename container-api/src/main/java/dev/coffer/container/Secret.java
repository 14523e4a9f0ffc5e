package dev.coffer.container;

import java.util.Arrays;

/** Something that only the task may see. What an agent writes or shows of a request never has its value. */
public sealed interface Secret {
    /** The value itself. */
    final class Value implements Secret {
        private final byte[] bytes;

        public Value(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Value value && Arrays.equals(bytes, value.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        /** Without the value. */
        @Override
        public String toString() {
            return "secret value";
        }
    }

    /**
     * What a resolver knows the value by.
     *
     * @param name such as a path
     * @param key one of several values of that name; may be empty
     */
    record Reference(String name, String key) implements Secret {}
}
