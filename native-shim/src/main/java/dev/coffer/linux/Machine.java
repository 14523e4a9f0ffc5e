package dev.coffer.linux;

import java.util.Locale;

/** The machine this JVM runs on, named in one place because the JVM, the kernel and Go use different words. */
public final class Machine {
    private Machine() {}

    /**
     * The processor as the kernel names it: {@code x86_64} or {@code aarch64} where Coffer is at home, else what the
     * JVM calls it.
     *
     * @see <a href="https://man7.org/linux/man-pages/man2/uname.2.html">uname(2)</a>
     */
    public static String architecture() {
        String name = System.getProperty("os.arch", "unknown").toLowerCase(Locale.ROOT);
        return name.equals("amd64") ? "x86_64" : name;
    }

    /** The kernel's release, such as {@code 6.1.0-13-amd64}. */
    public static String kernelRelease() {
        return System.getProperty("os.version");
    }
}
