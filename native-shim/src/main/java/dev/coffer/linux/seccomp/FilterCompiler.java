package dev.coffer.linux.seccomp;

import dev.coffer.linux.ErrnoException;
import java.util.List;
import java.util.Optional;

/** Compiles filters. Thread-safe. */
public interface FilterCompiler {
    /** The file name the dynamic loader looks for. */
    String LIBRARY = "libseccomp.so.2";

    /** libseccomp through JNA, or empty if the host does not have {@link #LIBRARY}. */
    static Optional<FilterCompiler> installed() {
        return LibSeccomp.load();
    }

    /**
     * Which build of libseccomp the host has, found without loading it: changes whenever the library is replaced. Empty
     * if it is not in one of the usual directories.
     */
    static Optional<String> installedBuild() {
        return LibraryFile.build();
    }

    /** The library's version, such as {@code 2.5.4}. */
    String version();

    /**
     * Compiles to classic BPF, looked up as a binary tree where the library can.
     *
     * @return one {@code struct sock_filter} each, its 8 bytes read as a little-endian number
     * @throws ErrnoException if the library refuses a rule
     * @see <a href="https://man7.org/linux/man-pages/man3/seccomp_export_bpf.3.html">seccomp_export_bpf(3)</a>
     */
    List<Long> compile(FilterPolicy policy, FilterArchitecture architecture) throws ErrnoException;
}
