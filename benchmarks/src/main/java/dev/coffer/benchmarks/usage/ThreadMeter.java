package dev.coffer.benchmarks.usage;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** What the current thread has used since a moment, the kernel's work for it included. */
final class ThreadMeter {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final long wall = System.nanoTime();
    private final long allocated = THREADS.getCurrentThreadAllocatedBytes();
    private final long cpu = THREADS.getCurrentThreadCpuTime();

    private ThreadMeter() {}

    static ThreadMeter start() {
        return new ThreadMeter();
    }

    long cpuNanos() {
        return THREADS.getCurrentThreadCpuTime() - cpu;
    }

    long bytes() {
        return THREADS.getCurrentThreadAllocatedBytes() - allocated;
    }

    long wallNanos() {
        return System.nanoTime() - wall;
    }
}
