package dev.coffer.isolators.device;

import dev.coffer.flag.Flag;
import dev.coffer.flag.Syntax;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Flags of {@code gpu/nvidia}. */
final class NvidiaFlags {
    static final Flag<Optional<List<Integer>>> DEVICES = Flag.optional(
                    "nvidia_gpu_devices",
                    new Indexes(),
                    "GPUs that containers may have, by their indexes in order of PCI address.")
            .whenUnset("all");

    private NvidiaFlags() {}

    /** {@code 0,1,3}. */
    private static final class Indexes implements Syntax<List<Integer>> {
        @Override
        public String label() {
            return "INDEX[,INDEX...]";
        }

        @Override
        public String expected() {
            return "different whole numbers with ',' between them";
        }

        @Override
        public List<Integer> parse(String text) {
            List<Integer> indexes = new ArrayList<>();
            for (String word : text.split(",", -1)) {
                int index = Integer.parseInt(word.strip());
                if (index < 0 || indexes.contains(index)) {
                    throw new IllegalArgumentException("'" + word + "' is negative or there twice");
                }
                indexes.add(index);
            }
            return List.copyOf(indexes);
        }
    }
}
