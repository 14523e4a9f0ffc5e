package dev.coffer.isolators.security;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.coffer.isolation.LaunchStep.SeccompListener;
import dev.coffer.isolators.security.SeccompProfile.Condition;
import dev.coffer.isolators.security.SeccompProfile.Entry;
import dev.coffer.isolators.security.SeccompProfile.Installation;
import dev.coffer.linux.seccomp.FilterAction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads profiles in the JSON shape of docker and the OCI runtime specification. What is not understood is an error: a
 * filter that is not the one somebody wrote would be worse than none.
 *
 * @see <a href="https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#seccomp">OCI runtime
 *     specification, seccomp</a>
 */
final class SeccompProfileParser {
    private static final int EPERM = 1;
    private static final int MAX_ERRNO = 4095;
    private static final int MAX_TRACE = 0xffff;

    /** Called by the launcher between installing the filter and the listener's being there. */
    private static final String HANDS_OVER = "sendmsg";

    private static final int MAX_SOCKET_PATH = 107;
    private static final long FLAG_LOG = 1 << 1;
    private static final long FLAG_SPEC_ALLOW = 1 << 2;
    private static final long FLAG_WAIT_KILLABLE_RECV = 1 << 5;

    /** Which entries of the kernel a profile may name. Ours is always the machine's own; see the page on linux/seccomp. */
    private static final Set<String> TOKENS = Set.of(
            "SCMP_ARCH_NATIVE",
            "SCMP_ARCH_X86",
            "SCMP_ARCH_X86_64",
            "SCMP_ARCH_X32",
            "SCMP_ARCH_ARM",
            "SCMP_ARCH_AARCH64",
            "SCMP_ARCH_LOONGARCH64",
            "SCMP_ARCH_M68K",
            "SCMP_ARCH_MIPS",
            "SCMP_ARCH_MIPS64",
            "SCMP_ARCH_MIPS64N32",
            "SCMP_ARCH_MIPSEL",
            "SCMP_ARCH_MIPSEL64",
            "SCMP_ARCH_MIPSEL64N32",
            "SCMP_ARCH_PARISC",
            "SCMP_ARCH_PARISC64",
            "SCMP_ARCH_PPC",
            "SCMP_ARCH_PPC64",
            "SCMP_ARCH_PPC64LE",
            "SCMP_ARCH_RISCV64",
            "SCMP_ARCH_S390",
            "SCMP_ARCH_S390X",
            "SCMP_ARCH_SH",
            "SCMP_ARCH_SHEB");

    private static final Set<String> ARCHES = Set.of(
            "amd64",
            "x86_64",
            "x32",
            "x86",
            "386",
            "arm",
            "arm64",
            "aarch64",
            "loong64",
            "loongarch64",
            "m68k",
            "mips",
            "mips64",
            "mips64n32",
            "mips64p32",
            "mipsel",
            "mipsle",
            "mipsel64",
            "mips64le",
            "mipsel64n32",
            "mips64p32le",
            "parisc",
            "parisc64",
            "ppc",
            "ppc64",
            "ppc64le",
            "riscv64",
            "s390",
            "s390x",
            "sh",
            "sheb");

    private SeccompProfileParser() {}

    /**
     * Reads one profile.
     *
     * @throws IllegalArgumentException naming the element that is wrong
     */
    static SeccompProfile parse(byte[] json) {
        ProfileElement profile = new ProfileElement("profile", document(json));
        profile.allow(
                "comment",
                "defaultAction",
                "defaultErrnoRet",
                "syscalls",
                "archMap",
                "architectures",
                "flags",
                "listenerPath",
                "listenerMetadata");
        FilterAction otherwise = action(profile, "defaultAction", "defaultErrnoRet");
        checkArchitectures(profile);
        List<Entry> entries = new ArrayList<>();
        for (ProfileElement element : profile.elements("syscalls")) {
            entries.add(entry(element));
        }
        return new SeccompProfile(otherwise, entries, installation(profile, otherwise, entries));
    }

    private static Map<String, Object> document(byte[] json) {
        Map<String, Object> document;
        try {
            document = JSON.std.with(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS).mapFrom(json);
        } catch (IOException e) {
            throw new IllegalArgumentException("not a JSON object: " + e.getMessage(), e);
        }
        if (document == null) {
            throw new IllegalArgumentException("not a JSON object: it is null");
        }
        return document;
    }

    private static void checkArchitectures(ProfileElement profile) {
        checkTokens(profile, "architectures");
        for (ProfileElement mapping : profile.elements("archMap")) {
            mapping.allow("comment", "architecture", "subArchitectures");
            if (!TOKENS.contains(mapping.string("architecture"))) {
                throw mapping.wrong("architecture", "unknown architecture '" + mapping.string("architecture") + "'");
            }
            checkTokens(mapping, "subArchitectures");
        }
    }

    private static void checkTokens(ProfileElement element, String key) {
        for (String name : element.strings(key)) {
            if (!TOKENS.contains(name)) {
                throw element.wrong(key, "unknown architecture '" + name + "'");
            }
        }
    }

    private static Installation installation(ProfileElement profile, FilterAction otherwise, List<Entry> entries) {
        if (otherwise.equals(FilterAction.NOTIFY)) {
            throw profile.wrong(
                    "defaultAction", "SCMP_ACT_NOTIFY would also hold up the call that hands over the listener");
        }
        Optional<SeccompListener> listener = Optional.empty();
        for (Entry entry : entries) {
            if (entry.action().equals(FilterAction.NOTIFY)) {
                if (entry.names().contains(HANDS_OVER)) {
                    throw profile.wrong("syscalls", HANDS_OVER + " hands over the listener, and cannot wait for it");
                }
                listener = Optional.of(listener(profile));
            }
        }
        return new Installation(flags(profile, listener.isPresent()), listener);
    }

    private static SeccompListener listener(ProfileElement profile) {
        if (profile.members().get("listenerPath") == null) {
            throw profile.wrong("listenerPath", "must be set: an entry says SCMP_ACT_NOTIFY");
        }
        String path = profile.string("listenerPath");
        if (!path.startsWith("/") || path.indexOf('\0') >= 0 || path.length() > MAX_SOCKET_PATH) {
            throw profile.wrong(
                    "listenerPath", "must be an absolute path of at most " + MAX_SOCKET_PATH + " characters");
        }
        String metadata = profile.members().get("listenerMetadata") == null ? "" : profile.string("listenerMetadata");
        return new SeccompListener(Path.of(path), metadata);
    }

    private static long flags(ProfileElement profile, boolean listened) {
        long flags = 0;
        for (String flag : profile.strings("flags")) {
            switch (flag) {
                case "SECCOMP_FILTER_FLAG_TSYNC" -> {
                    // the launcher has one thread when it installs a filter: there is nothing to synchronise
                }
                case "SECCOMP_FILTER_FLAG_LOG" -> flags |= FLAG_LOG;
                case "SECCOMP_FILTER_FLAG_SPEC_ALLOW" -> flags |= FLAG_SPEC_ALLOW;
                case "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" -> flags |= listened ? FLAG_WAIT_KILLABLE_RECV : 0;
                default -> throw profile.wrong("flags", "'" + flag + "' is not known");
            }
        }
        return flags;
    }

    private static Entry entry(ProfileElement element) {
        element.allow("comment", "name", "names", "action", "errnoRet", "args", "includes", "excludes");
        return new Entry(
                names(element),
                action(element, "action", "errnoRet"),
                SeccompArguments.alternatives(element.elements("args")),
                condition(element, "includes"),
                condition(element, "excludes"));
    }

    /** {@code name} is how docker wrote it before it had {@code names}. */
    private static List<String> names(ProfileElement element) {
        List<String> names = element.strings("names");
        if (element.members().get("name") == null) {
            if (names.isEmpty()) {
                throw element.wrong("names", "must not be empty");
            }
            return names;
        }
        if (!names.isEmpty()) {
            throw element.wrong("name", "must not stand beside names");
        }
        return List.of(element.string("name"));
    }

    private static FilterAction action(ProfileElement element, String key, String errnoKey) {
        String action = element.string(key);
        return switch (action) {
            case "SCMP_ACT_ALLOW" -> FilterAction.ALLOW;
            case "SCMP_ACT_LOG" -> FilterAction.LOG;
            case "SCMP_ACT_TRAP" -> FilterAction.TRAP;
            case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD" -> FilterAction.KILL_THREAD;
            case "SCMP_ACT_KILL_PROCESS" -> FilterAction.KILL_PROCESS;
            case "SCMP_ACT_NOTIFY" -> FilterAction.NOTIFY;
            case "SCMP_ACT_TRACE" -> FilterAction.trace(bounded(element, errnoKey, MAX_TRACE));
            case "SCMP_ACT_ERRNO" -> FilterAction.errno(bounded(element, errnoKey, MAX_ERRNO));
            default -> throw element.wrong(key, "unknown action '" + action + "'");
        };
    }

    private static int bounded(ProfileElement element, String key, int most) {
        long number = element.number(key, EPERM);
        if (number < 0 || number > most) {
            throw element.wrong(key, "must be 0 to " + most + ", was " + number);
        }
        return (int) number;
    }

    private static Condition condition(ProfileElement parent, String key) {
        ProfileElement element = parent.element(key);
        element.allow("caps", "arches", "minKernel");
        long capabilities = 0;
        for (String name : element.strings("caps")) {
            capabilities |= Capability.named(name)
                    .orElseThrow(() -> element.wrong("caps", "unknown capability '" + name + "'"))
                    .bit();
        }
        List<String> architectures = element.strings("arches");
        for (String name : architectures) {
            if (!ARCHES.contains(name)) {
                throw element.wrong("arches", "unknown architecture '" + name + "'");
            }
        }
        return new Condition(capabilities, Set.copyOf(architectures), minKernel(element));
    }

    private static Optional<KernelRelease> minKernel(ProfileElement element) {
        if (element.members().get("minKernel") == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(KernelRelease.parse(element.string("minKernel")));
        } catch (IllegalArgumentException e) {
            throw element.wrong("minKernel", String.valueOf(e.getMessage()));
        }
    }
}
