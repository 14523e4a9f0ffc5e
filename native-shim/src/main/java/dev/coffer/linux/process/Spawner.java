package dev.coffer.linux.process;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import dev.coffer.linux.ErrnoException;
import java.util.List;
import java.util.Map;

/**
 * Starts a program without copying the JVM's address space.
 *
 * <p>glibc implements it with {@code CLONE_VM|CLONE_VFORK}, so its cost does not grow with the heap. Every signal is at
 * its default and unblocked in the child, whatever the calling thread has.
 *
 * @see <a href="https://man7.org/linux/man-pages/man3/posix_spawn.3.html">posix_spawn(3)</a>
 */
public final class Spawner {
    // Sizes of glibc's types on 64-bit: 80, 336 and 128; rounded up.
    private static final int FILE_ACTIONS_BYTES = 128;
    private static final int ATTRIBUTES_BYTES = 384;
    private static final int SIGSET_BYTES = 128;
    private static final short SETSIGDEF_SETSIGMASK = 4 | 8;

    private Spawner() {}

    /**
     * Runs the program in {@code executable}.
     *
     * @param environment {@code NAME=value} each
     * @param descriptors for each number in the child, ours that becomes it
     * @return its pid, to be reaped by the caller
     */
    public static int spawn(
            Descriptor executable, List<String> arguments, List<String> environment, Map<Integer, Integer> descriptors)
            throws ErrnoException {
        String path = "/proc/self/fd/" + executable.fd();
        try (Memory memory = new Memory(FILE_ACTIONS_BYTES + ATTRIBUTES_BYTES + 2 * SIGSET_BYTES);
                Memory argv = stringVector(arguments);
                Memory envp = stringVector(environment)) {
            memory.clear();
            Pointer actions = memory.share(0);
            Pointer attributes = memory.share(FILE_ACTIONS_BYTES);
            Pointer none = memory.share(FILE_ACTIONS_BYTES + ATTRIBUTES_BYTES);
            Pointer all = memory.share(FILE_ACTIONS_BYTES + ATTRIBUTES_BYTES + SIGSET_BYTES);
            all.setMemory(0, SIGSET_BYTES, (byte) 0xff);
            ProcessLibc.posix_spawn_file_actions_init(actions);
            ProcessLibc.posix_spawnattr_init(attributes);
            try {
                ProcessLibc.posix_spawnattr_setsigmask(attributes, none);
                ProcessLibc.posix_spawnattr_setsigdefault(attributes, all);
                ProcessLibc.posix_spawnattr_setflags(attributes, SETSIGDEF_SETSIGMASK);
                descriptors.forEach(
                        (child, ours) -> ProcessLibc.posix_spawn_file_actions_adddup2(actions, ours, child));
                int[] pid = new int[1];
                // Reports by its value, not through errno.
                int error = ProcessLibc.posix_spawn(pid, ProcessLibc.cString(path), actions, attributes, argv, envp);
                if (error != 0) {
                    throw new ErrnoException("posix_spawn(" + arguments.get(0) + ")", error);
                }
                return pid[0];
            } finally {
                ProcessLibc.posix_spawn_file_actions_destroy(actions);
                ProcessLibc.posix_spawnattr_destroy(attributes);
            }
        }
    }

    /** Pointers, a null, then the strings. */
    private static Memory stringVector(List<String> arguments) {
        long size = 8L * (arguments.size() + 1);
        for (String argument : arguments) {
            size += ProcessLibc.cString(argument).length;
        }
        Memory memory = new Memory(size);
        long offset = 8L * (arguments.size() + 1);
        for (int i = 0; i < arguments.size(); i++) {
            byte[] bytes = ProcessLibc.cString(arguments.get(i));
            memory.write(offset, bytes, 0, bytes.length);
            memory.setPointer(8L * i, memory.share(offset));
            offset += bytes.length;
        }
        memory.setPointer(8L * arguments.size(), null);
        return memory;
    }
}
