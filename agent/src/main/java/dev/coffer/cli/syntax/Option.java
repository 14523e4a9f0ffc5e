package dev.coffer.cli.syntax;

import java.util.List;

/**
 * One option of a subcommand.
 *
 * @param names the last one is what the program calls it by
 * @param label of its value; empty for a flag
 * @param repeatable whether each further one adds a value instead of replacing the last
 * @param negatable whether {@code --no-x} is its opposite
 */
record Option(List<String> names, String label, boolean repeatable, boolean negatable, String description) {
    String name() {
        return names.get(names.size() - 1);
    }

    boolean isFlag() {
        return label.isEmpty();
    }
}
