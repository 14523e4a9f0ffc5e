package dev.coffer.cli.syntax;

import dev.coffer.agent.config.Surroundings;
import java.io.PrintStream;

/**
 * Whom a subcommand talks to.
 *
 * @param out for what was asked for
 * @param err for everything else
 */
public record Console(PrintStream out, PrintStream err, Surroundings surroundings) {
    /** One line of news or complaint; whatever would break the line or steer a terminal is replaced. */
    public void say(String message) {
        err.println("coffer: " + oneLine(message));
    }

    /** The text without anything that ends a line or steers a terminal. */
    public static String oneLine(String text) {
        StringBuilder line = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || c == '\r' || c == '\t') {
                line.append(' ');
            } else {
                line.append(Character.isISOControl(c) ? '?' : c);
            }
        }
        return line.toString().strip();
    }
}
