package dev.coffer.image.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which layers containers use: {@code <runtime>/containers/<id>/image*}, one name per line. A lease goes with the machine,
 * as the container does. Written while the store is {@linkplain ImageStore#use in use}.
 */
public record Leases(Path containers) {
    /** Name of the lease of a container's own root; those of its volumes begin with it. */
    public static final String NAME = "image";

    /** Notes the layers. */
    public static void write(Path lease, List<String> layers) throws IOException {
        Files.writeString(lease, String.join("\n", layers) + "\n");
    }

    /**
     * Every layer that a container uses.
     *
     * @throws IOException if a lease cannot be read, for then nobody knows
     */
    public Set<String> layersInUse() throws IOException {
        Set<String> layers = new HashSet<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(containers)) {
            for (Path directory : directories) {
                addAll(directory, layers);
            }
        } catch (NoSuchFileException noContainerYet) {
            return Set.of();
        }
        return layers;
    }

    private static void addAll(Path directory, Set<String> layers) throws IOException {
        try (DirectoryStream<Path> leases = Files.newDirectoryStream(directory, NAME + "*")) {
            for (Path lease : leases) {
                layers.addAll(Files.readAllLines(lease));
            }
        } catch (NoSuchFileException | NotDirectoryException gone) {
            return; // the container ended meanwhile
        }
    }
}
