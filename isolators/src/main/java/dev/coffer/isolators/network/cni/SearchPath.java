package dev.coffer.isolators.network.cni;

import dev.coffer.flag.Syntax;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Directories between colons, as in {@code PATH}. */
record SearchPath() implements Syntax<List<Path>> {
    @Override
    public String label() {
        return "DIR:...";
    }

    @Override
    public String expected() {
        return "absolute directories between colons";
    }

    @Override
    public List<Path> parse(String text) {
        List<Path> directories = new ArrayList<>();
        for (String part : text.split(":", -1)) {
            directories.add(Syntax.path().parse(part));
        }
        return Collections.unmodifiableList(directories);
    }
}
