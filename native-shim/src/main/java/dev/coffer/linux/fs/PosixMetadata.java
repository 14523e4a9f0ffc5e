package dev.coffer.linux.fs;

import dev.coffer.linux.ErrnoException;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/**
 * Owner and mode of open files through jnr-posix: an unpacked layer makes these calls once for every file, and they cost
 * about half of what JNA takes. Loaded with the first file that is unpacked, never by a launch.
 */
final class PosixMetadata {
    private static final POSIX POSIX_CALLS = POSIXFactory.getNativePOSIX();

    private PosixMetadata() {}

    /** <a href="https://man7.org/linux/man-pages/man2/chown.2.html">fchown(2)</a>. */
    static void chown(int descriptor, int uid, int gid) throws ErrnoException {
        if (POSIX_CALLS.fchown(descriptor, uid, gid) != 0) {
            throw new ErrnoException("fchown(" + descriptor + ", " + uid + ", " + gid + ")", POSIX_CALLS.errno());
        }
    }

    /** <a href="https://man7.org/linux/man-pages/man2/chmod.2.html">fchmod(2)</a>. */
    static void chmod(int descriptor, int mode) throws ErrnoException {
        if (POSIX_CALLS.fchmod(descriptor, mode) != 0) {
            throw new ErrnoException(
                    "fchmod(" + descriptor + ", " + Integer.toOctalString(mode) + ")", POSIX_CALLS.errno());
        }
    }
}
