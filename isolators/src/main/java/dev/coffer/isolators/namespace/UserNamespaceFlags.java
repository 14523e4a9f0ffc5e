package dev.coffer.isolators.namespace;

import dev.coffer.flag.Flag;
import dev.coffer.flag.NumberRange;
import dev.coffer.flag.Syntax;
import java.util.List;

/** Flags of {@code namespaces/user}. */
public final class UserNamespaceFlags {
    static final String HOST = "host";
    static final String AUTO = "auto";
    static final String SHARED = "shared";

    private static final long LEAST_ID = 1;
    /** The largest id is {@code (uid_t) -1}, which is nobody's. */
    private static final long LARGEST_ID = 0xffff_fffeL;

    static final Flag<String> DEFAULT = Flag.of(
                    "userns_default",
                    Syntax.oneOf(HOST, AUTO, SHARED),
                    HOST,
                    "Whose the users of a container are that does not say: the host's, its own, or those of all that share.")
            .notInMesos();

    /** Within what systemd leaves to containers, above what useradd gives out. */
    public static final Flag<List<NumberRange>> RANGE = Flag.of(
                    "userns_range",
                    Syntax.ranges(LEAST_ID, LARGEST_ID),
                    "[1073741824-1610612735]",
                    "Users and groups of the host that are given to containers; nobody else may have them.")
            .notInMesos();

    public static final Flag<Long> SIZE = Flag.of(
                    "userns_size",
                    Syntax.number(1, 1L << 31),
                    "65536",
                    "How many users and groups a container gets that does not say.")
            .notInMesos();

    static final List<Flag<?>> ALL = List.of(DEFAULT, RANGE, SIZE);

    private UserNamespaceFlags() {}
}
