package dev.coffer.isolators.network.cni;

import dev.coffer.container.ContainerId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where the networks of containers are on record.
 *
 * <pre>
 * durable/&lt;id&gt;/attachments      what DEL needs, as JSON; synced before a plugin is run
 * perBoot/&lt;id&gt;/ns             its network namespace is mounted here
 * perBoot/&lt;id&gt;/pid            of its first process
 * perBoot/&lt;id&gt;/{hosts,hostname,resolv.conf}   bound into the container
 * </pre>
 *
 * @param durable may survive a reboot
 * @param perBoot does not
 */
record NetworkState(Path durable, Path perBoot) {
    private static final String FILE = "attachments";
    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    Path namespace(ContainerId id) {
        return perBoot(id).resolve("ns");
    }

    Path pid(ContainerId id) {
        return perBoot(id).resolve("pid");
    }

    Path file(ContainerId id, String name) {
        return perBoot(id).resolve(name);
    }

    Path perBoot(ContainerId id) {
        return perBoot.resolve(id.value());
    }

    Path durable(ContainerId id) {
        return durable.resolve(id.value());
    }

    /** Fails if there is a record already. */
    void create(ContainerId id) throws IOException {
        Files.createDirectories(durable, PRIVATE);
        Files.createDirectories(perBoot, PRIVATE);
        Files.createDirectory(durable(id), PRIVATE);
        sync(durable);
        if (!durable.equals(perBoot)) {
            Files.createDirectory(perBoot(id), PRIVATE);
        }
    }

    void write(ContainerId id, List<Attachment> attachments) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("version", "1");
        json.put("boot", bootId());
        json.put("state", perBoot.toString());
        json.put("attachments", attachments.stream().map(Attachment::toJson).toList());
        Path directory = durable(id);
        Path fresh = directory.resolve(FILE + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(fresh, JsonObject.bytes(json));
        sync(fresh);
        Files.move(fresh, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        sync(directory);
    }

    /**
     * What is on record; none if nothing was attached.
     *
     * @throws IllegalArgumentException naming the field that is wrong
     */
    List<Attachment> read(ContainerId id) throws IOException {
        Optional<JsonObject> json = json(id);
        return json.isPresent() ? Attachment.listOf(json.get()) : List.of();
    }

    private Optional<JsonObject> json(ContainerId id) throws IOException {
        try {
            String text = Files.readString(durable(id).resolve(FILE), StandardCharsets.UTF_8);
            return Optional.of(JsonObject.parse(text));
        } catch (NoSuchFileException nothingAttached) {
            return Optional.empty();
        }
    }

    /** All on record, but those that a process with another {@code runtime_dir} looks after since the last boot. */
    Set<ContainerId> list() throws IOException {
        Set<ContainerId> found = new TreeSet<>(java.util.Comparator.comparing(ContainerId::value));
        found.addAll(namesIn(perBoot));
        for (ContainerId id : namesIn(durable)) {
            if (!isOfAnother(id)) {
                found.add(id);
            }
        }
        return found;
    }

    private boolean isOfAnother(ContainerId id) throws IOException {
        try {
            Optional<JsonObject> json = json(id);
            return json.isPresent()
                    && json.get().text("boot").equals(Optional.of(bootId()))
                    && !json.get().text("state").equals(Optional.of(perBoot.toString()));
        } catch (IllegalArgumentException damaged) {
            return false;
        }
    }

    private static Set<ContainerId> namesIn(Path directory) throws IOException {
        Set<ContainerId> found = new TreeSet<>(java.util.Comparator.comparing(ContainerId::value));
        if (!Files.isDirectory(directory)) {
            return found;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                ContainerId.find(entry.getFileName().toString()).ifPresent(found::add);
            }
        }
        return found;
    }

    private static String bootId() throws IOException {
        return Files.readString(BOOT_ID).strip();
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
