package dev.coffer.benchmarks.launch;

import dev.coffer.benchmarks.launch.Sample.Lap;
import dev.coffer.container.ContainerException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Coffer itself, called as a library from as many threads as the work asks for. */
final class CofferContender implements Contender {
    private static final AtomicLong NEXT_ID = new AtomicLong();

    private final String name;
    private final CofferHost host;
    private final Optional<String> image;
    private final boolean init;

    /**
     * A way to use a host.
     *
     * @param image empty for the host's own files
     * @param init whether pid 1 is Coffer's init
     */
    CofferContender(String name, CofferHost host, Optional<String> image, boolean init) {
        this.name = name;
        this.host = host;
        this.image = image;
        this.init = init;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Sample run(Work work) throws IOException, InterruptedException {
        List<String> steps = new ArrayList<>();
        long begun = System.nanoTime();
        List<Lap> laps = work.concurrency() == 1 ? launches(work, work.launches(), steps) : concurrently(work);
        double wall = (System.nanoTime() - begun) / 1e3;
        Sample sample = new Sample(steps, laps, wall, Double.NaN);
        if (sample.failures() > 0) {
            throw new IOException(
                    "cannot measure " + name + ": " + sample.failures() + " of " + laps.size() + " launches failed");
        }
        return sample;
    }

    private List<Lap> launches(Work work, int count, List<String> steps) throws IOException, InterruptedException {
        List<Lap> laps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (work.gapMillis() > 0) {
                Thread.sleep(work.gapMillis());
            }
            String id = "b" + NEXT_ID.incrementAndGet();
            List<String> command = Busybox.command(image.isPresent(), "true");
            laps.add(host.launchToEnd(CofferHost.spec(id, image, init, command), steps));
        }
        return laps;
    }

    private List<Lap> concurrently(Work work) throws IOException, InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(work.concurrency());
        try {
            List<Future<List<Lap>>> parts = new ArrayList<>();
            for (int i = 0; i < work.concurrency(); i++) {
                parts.add(
                        threads.submit(() -> launches(work, work.launches() / work.concurrency(), new ArrayList<>())));
            }
            List<Lap> laps = new ArrayList<>();
            for (Future<List<Lap>> part : parts) {
                laps.addAll(part.get());
            }
            return laps;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ContainerException failure) {
                throw failure;
            }
            throw new IOException("cannot measure " + name + ": " + e.getMessage(), e);
        } finally {
            threads.shutdownNow();
        }
    }
}
