package dev.coffer.cli.syntax;

import dev.coffer.container.ContainerId;
import java.util.SplittableRandom;

/** Names for containers that nobody named. */
final class RandomNames {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 12;

    private RandomNames() {}

    /** Not a secret: taken names are refused, so all it has to be is rare. Starts with a letter. */
    static ContainerId next() {
        SplittableRandom random = new SplittableRandom(System.nanoTime() ^ System.currentTimeMillis() << 20);
        StringBuilder name = new StringBuilder(LENGTH);
        name.append(LETTERS.charAt(random.nextInt(26)));
        while (name.length() < LENGTH) {
            name.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return new ContainerId(name.toString());
    }
}
