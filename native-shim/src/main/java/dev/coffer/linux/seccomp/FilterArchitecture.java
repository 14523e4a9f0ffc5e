package dev.coffer.linux.seccomp;

import java.util.Optional;

/**
 * Architectures a filter can be compiled for.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/seccomp_arch_add.3.html">seccomp_arch_add(3)</a>
 */
public enum FilterArchitecture {
    X86_64(0xC000_003E),
    AARCH64(0xC000_00B7);

    private final int token;

    FilterArchitecture(int token) {
        this.token = token;
    }

    /** {@code AUDIT_ARCH_*}, as the kernel puts it into {@code struct seccomp_data}. */
    public int token() {
        return token;
    }

    /** The architecture with the given name in the JVM's property {@code os.arch}. */
    public static Optional<FilterArchitecture> named(String osArch) {
        return switch (osArch) {
            case "amd64", "x86_64" -> Optional.of(X86_64);
            case "aarch64", "arm64" -> Optional.of(AARCH64);
            default -> Optional.empty();
        };
    }
}
