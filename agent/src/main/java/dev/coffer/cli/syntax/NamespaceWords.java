package dev.coffer.cli.syntax;

import dev.coffer.container.OptionalNamespaces;
import dev.coffer.container.OptionalNamespaces.ClockOffsets;
import dev.coffer.container.OptionalNamespaces.Mode;
import dev.coffer.container.OptionalNamespaces.Users;
import dev.coffer.flag.Syntax;
import java.time.Duration;
import java.util.OptionalLong;

/** {@code --userns} and {@code --time-offset}. */
final class NamespaceWords {
    private static final String SIZED = "auto:size=";

    private OptionalNamespaces namespaces = OptionalNamespaces.NONE;

    OptionalNamespaces namespaces() {
        return namespaces;
    }

    /** {@code auto}, {@code auto:size=N}, {@code shared} or {@code host}. */
    OptionalNamespaces setUsers(String value) {
        Users users = switch (value) {
            case "host" -> Users.HOST;
            case "auto" -> Users.AUTO;
            case "shared" -> Users.SHARED;
            default -> sized(value);
        };
        namespaces = namespaces.with(users);
        return namespaces;
    }

    private static Users sized(String value) {
        if (!value.startsWith(SIZED) || !value.substring(SIZED.length()).matches("[0-9]{1,10}")) {
            throw new IllegalArgumentException("it must be auto, auto:size=NUMBER, shared or host");
        }
        return new Users(Mode.AUTO, OptionalLong.of(Long.parseLong(value.substring(SIZED.length()))));
    }

    /** {@code boottime=1hrs}, {@code monotonic=-5secs}. */
    OptionalNamespaces addOffset(String value) {
        int equals = value.indexOf('=');
        String clock = value.substring(0, Math.max(0, equals));
        if (!clock.equals("boottime") && !clock.equals("monotonic")) {
            throw new IllegalArgumentException("it must be boottime=DURATION or monotonic=DURATION");
        }
        Duration offset = offset(value.substring(equals + 1));
        ClockOffsets present = namespaces.clocks().orElse(new ClockOffsets(Duration.ZERO, Duration.ZERO));
        namespaces = namespaces.with(
                clock.equals("boottime")
                        ? new ClockOffsets(offset, present.monotonic())
                        : new ClockOffsets(present.boottime(), offset));
        return namespaces;
    }

    private static Duration offset(String text) {
        boolean negative = text.startsWith("-");
        try {
            Duration duration = Syntax.duration().parse(negative ? text.substring(1) : text);
            return negative ? duration.negated() : duration;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the offset must be " + Syntax.duration().expected(), e);
        }
    }
}
