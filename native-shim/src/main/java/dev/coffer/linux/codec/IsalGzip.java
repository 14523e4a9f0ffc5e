package dev.coffer.linux.codec;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Decompresses gzip by ISA-L, about three times as fast as zlib does. Checks header and checksum of each member.
 * Confined to one thread.
 *
 * <p>The state's layout is that of {@code libisal.so.2}; a library that does not pass a small test is not used.
 *
 * @see <a href="https://github.com/intel/isa-l/blob/master/include/igzip_lib.h">igzip_lib.h</a>
 */
public final class IsalGzip implements AutoCloseable {
    private static final long NEXT_OUT = 0;
    private static final long AVAIL_OUT = 8;
    private static final long NEXT_IN = 16;
    private static final long AVAIL_IN = 32;
    private static final long BLOCK_STATE = 21_160;
    private static final long CRC_FLAG = 21_172;
    private static final int ISAL_GZIP = 1;
    private static final int BLOCK_FINISH = 5;
    /** The structure has 87,368 bytes in 2.30; room for versions that add fields at its end. */
    private static final long STATE_SIZE = 256 << 10;

    private final Memory state = new Memory(STATE_SIZE);
    private final long address = Pointer.nativeValue(state);

    private IsalGzip() {
        Isal.isal_inflate_init(address);
        state.setInt(CRC_FLAG, ISAL_GZIP);
    }

    /** Empty if the host has no ISA-L that works as expected. */
    public static Optional<IsalGzip> open() {
        return Isal.USABLE ? Optional.of(new IsalGzip()) : Optional.empty();
    }

    /**
     * Moves on until the input is used up, the output full, or a member at its end.
     *
     * @param in direct
     * @param out direct
     * @return 0, or the negative code of ISA-L that says what is wrong with the input
     */
    public int inflate(ByteBuffer in, ByteBuffer out) {
        state.setLong(NEXT_IN, addressOf(in));
        state.setInt(AVAIL_IN, in.remaining());
        state.setLong(NEXT_OUT, addressOf(out));
        state.setInt(AVAIL_OUT, out.remaining());
        int result = Isal.isal_inflate(address);
        in.position(in.limit() - state.getInt(AVAIL_IN));
        out.position(out.limit() - state.getInt(AVAIL_OUT));
        return Math.min(result, 0);
    }

    /** Whether a whole member was read; then {@link #nextMember} must come before more input. */
    public boolean atEndOfMember() {
        return state.getInt(BLOCK_STATE) == BLOCK_FINISH;
    }

    /** Gets ready for a further member. */
    public void nextMember() {
        Isal.isal_inflate_reset(address);
        state.setInt(CRC_FLAG, ISAL_GZIP);
    }

    private static long addressOf(ByteBuffer buffer) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(buffer)) + buffer.position();
    }

    @Override
    public void close() {
        state.close();
    }

    /** Pointers as their addresses; no logic but to find the library and to try it. */
    private static final class Isal {
        static final boolean USABLE = register() && passesTest();

        private static boolean register() {
            try {
                Native.register(Isal.class, NativeLibrary.getInstance("libisal.so.2"));
                return true;
            } catch (UnsatisfiedLinkError absent) {
                return false;
            }
        }

        /** Two members, "ab" and "c", with their ends where the layout says they are. */
        private static boolean passesTest() {
            byte[] members = HexFormat.of()
                    .parseHex("1f8b08000000000002034b4c02006d48839e02000000"
                            + "1f8b08000000000002034b06006fdfb90601000000");
            ByteBuffer in =
                    ByteBuffer.allocateDirect(members.length).put(members).flip();
            ByteBuffer out = ByteBuffer.allocateDirect(16);
            try (IsalGzip gzip = new IsalGzip()) {
                boolean first = gzip.inflate(in, out) == 0 && gzip.atEndOfMember() && out.position() == 2;
                gzip.nextMember();
                boolean second = gzip.inflate(in, out) == 0 && gzip.atEndOfMember() && out.position() == 3;
                return first && second && !in.hasRemaining() && out.get(2) == 'c';
            }
        }

        static native void isal_inflate_init(long state);

        static native void isal_inflate_reset(long state);

        static native int isal_inflate(long state);
    }
}
