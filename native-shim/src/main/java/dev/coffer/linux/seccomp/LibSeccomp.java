package dev.coffer.linux.seccomp;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import dev.coffer.linux.Errno;
import dev.coffer.linux.ErrnoException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link FilterCompiler} on libseccomp. Its functions return a negative errno and leave errno itself alone. */
final class LibSeccomp implements FilterCompiler {
    private static final int SCMP_FLTATR_ACT_BADARCH = 2;
    private static final int SCMP_FLTATR_CTL_OPTIMIZE = 8;
    private static final int BINARY_TREE = 2;
    private static final int MFD_CLOEXEC = 1;
    /** {@code struct scmp_arg_cmp}: two ints and two 64-bit numbers. */
    private static final int COMPARISON_BYTES = 24;

    private static final int INSTRUCTION_BYTES = 8;

    private LibSeccomp() {}

    static Optional<FilterCompiler> load() {
        try {
            Native.register(Library.class, NativeLibrary.getInstance(LIBRARY));
        } catch (UnsatisfiedLinkError e) {
            return Optional.empty();
        }
        Native.register(Libc.class, "c");
        return Optional.of(new LibSeccomp());
    }

    @Override
    public String version() {
        Pointer numbers = Library.seccomp_version();
        return numbers.getInt(0) + "." + numbers.getInt(4) + "." + numbers.getInt(8);
    }

    @Override
    public List<Long> compile(FilterPolicy policy, FilterArchitecture architecture) throws ErrnoException {
        return FilterReduction.of(unreduced(policy, architecture), architecture);
    }

    /** The program as the library makes it. */
    List<Long> unreduced(FilterPolicy policy, FilterArchitecture architecture) throws ErrnoException {
        Pointer filter = Library.seccomp_init(policy.otherwise().code());
        if (filter == null) {
            throw new ErrnoException("seccomp_init", Errno.ENOMEM);
        }
        try {
            choose(filter, architecture);
            check(
                    Library.seccomp_attr_set(
                            filter,
                            SCMP_FLTATR_ACT_BADARCH,
                            policy.foreignArchitecture().code()),
                    "seccomp_attr_set(ACT_BADARCH)");
            // unknown before 2.5: the program is then a list, slower but the same
            Library.seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, BINARY_TREE);
            for (FilterRule rule : policy.rules()) {
                add(filter, rule, policy.otherwise());
            }
            List<Long> program = export(filter);
            return policy.newer().isPresent()
                    ? FilterPrologue.of(architecture, policy.newer().get(), largest(policy, architecture))
                            .before(program)
                    : program;
        } finally {
            Library.seccomp_release(filter);
        }
    }

    private static int largest(FilterPolicy policy, FilterArchitecture architecture) {
        int largest = -1;
        for (String name : policy.newer().orElseThrow().known()) {
            largest = Math.max(largest, Library.seccomp_syscall_resolve_name_arch(architecture.token(), name));
        }
        return largest;
    }

    private static void choose(Pointer filter, FilterArchitecture architecture) throws ErrnoException {
        int nativeToken = Library.seccomp_arch_native();
        if (nativeToken != architecture.token()) {
            check(Library.seccomp_arch_add(filter, architecture.token()), "seccomp_arch_add(" + architecture + ")");
            check(Library.seccomp_arch_remove(filter, nativeToken), "seccomp_arch_remove(native)");
        }
    }

    private static void add(Pointer filter, FilterRule rule, FilterAction otherwise) throws ErrnoException {
        // the library takes the native architecture's numbers (or a pseudo number below -1) and translates them itself
        int number = Library.seccomp_syscall_resolve_name(rule.syscall());
        if (number == -1 || rule.action().equals(otherwise)) {
            return;
        }
        List<ArgumentTest> tests = rule.tests();
        String call = "seccomp_rule_add(" + rule.syscall() + ")";
        if (tests.isEmpty()) {
            check(Library.seccomp_rule_add_array(filter, rule.action().code(), number, 0, null), call);
            return;
        }
        try (Memory comparisons = new Memory((long) tests.size() * COMPARISON_BYTES)) {
            for (int i = 0; i < tests.size(); i++) {
                write(comparisons, (long) i * COMPARISON_BYTES, tests.get(i));
            }
            check(
                    Library.seccomp_rule_add_array(filter, rule.action().code(), number, tests.size(), comparisons),
                    call);
        }
    }

    private static void write(Memory target, long offset, ArgumentTest test) {
        boolean masked = test.comparison() == ArgumentTest.Comparison.MASKED_EQUAL;
        target.setInt(offset, test.index());
        target.setInt(offset + 4, test.comparison().code());
        target.setLong(offset + 8, masked ? test.mask() : test.value());
        target.setLong(offset + 16, masked ? test.value() : 0);
    }

    private static List<Long> export(Pointer filter) throws ErrnoException {
        int fd = Libc.memfd_create("coffer-seccomp", MFD_CLOEXEC);
        if (fd < 0) {
            throw new ErrnoException("memfd_create", Native.getLastError());
        }
        try {
            check(Library.seccomp_export_bpf(filter, fd), "seccomp_export_bpf");
            return instructions(Files.readAllBytes(Path.of("/proc/self/fd/" + fd)));
        } catch (ErrnoException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            Libc.close(fd);
        }
    }

    private static List<Long> instructions(byte[] program) {
        ByteBuffer bytes = ByteBuffer.wrap(program).order(ByteOrder.LITTLE_ENDIAN);
        List<Long> instructions = new ArrayList<>(program.length / INSTRUCTION_BYTES);
        while (bytes.remaining() >= INSTRUCTION_BYTES) {
            instructions.add(bytes.getLong());
        }
        return List.copyOf(instructions);
    }

    private static void check(int result, String call) throws ErrnoException {
        if (result < 0) {
            throw new ErrnoException(call, -result);
        }
    }

    /** Signatures as in seccomp.h. */
    private static final class Library {
        /** @see <a href="https://man7.org/linux/man-pages/man3/seccomp_version.3.html">man page</a> */
        static native Pointer seccomp_version();

        /** @see <a href="https://man7.org/linux/man-pages/man3/seccomp_init.3.html">man page</a> */
        static native @Nullable Pointer seccomp_init(int defaultAction);

        /** @see <a href="https://man7.org/linux/man-pages/man3/seccomp_release.3.html">man page</a> */
        static native void seccomp_release(Pointer filter);

        /** @see <a href="https://man7.org/linux/man-pages/man3/seccomp_arch_native.3.html">man page</a> */
        static native int seccomp_arch_native();

        /** @see <a href="https://man7.org/linux/man-pages/man3/seccomp_arch_add.3.html">man page</a> */
        static native int seccomp_arch_add(Pointer filter, int token);

        /** @see <a href="https://man7.org/linux/man-pages/man3/seccomp_arch_remove.3.html">man page</a> */
        static native int seccomp_arch_remove(Pointer filter, int token);

        /** @see <a href="https://man7.org/linux/man-pages/man3/seccomp_attr_set.3.html">man page</a> */
        static native int seccomp_attr_set(Pointer filter, int attribute, int value);

        /**
         * @see <a href="https://man7.org/linux/man-pages/man3/seccomp_syscall_resolve_name.3.html">
         *     seccomp_syscall_resolve_name(3)</a>
         */
        static native int seccomp_syscall_resolve_name(String name);

        /**
         * @see <a href="https://man7.org/linux/man-pages/man3/seccomp_syscall_resolve_name.3.html">
         *     seccomp_syscall_resolve_name(3)</a>
         */
        static native int seccomp_syscall_resolve_name_arch(int token, String name);

        /** @see <a href="https://man7.org/linux/man-pages/man3/seccomp_rule_add.3.html">man page</a> */
        static native int seccomp_rule_add_array(
                Pointer filter, int action, int syscall, int count, @Nullable Pointer comparisons);

        /** @see <a href="https://man7.org/linux/man-pages/man3/seccomp_export_bpf.3.html">man page</a> */
        static native int seccomp_export_bpf(Pointer filter, int fd);
    }

    /** The descriptor the library writes to. */
    private static final class Libc {
        /** @see <a href="https://man7.org/linux/man-pages/man2/memfd_create.2.html">man page</a> */
        static native int memfd_create(String name, int flags);

        /** @see <a href="https://man7.org/linux/man-pages/man2/close.2.html">man page</a> */
        static native int close(int fd);
    }
}
