package dev.coffer.containerizer.state;

import dev.coffer.container.ContainerSpec;
import dev.coffer.container.ContainerSpec.SandboxPolicy;
import dev.coffer.container.Requests;
import dev.coffer.container.Resources;
import dev.coffer.container.Tuning;
import java.io.IOException;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What recovery must know of a container that cannot be derived from its id. Neither the command nor the environment is
 * in it: they may hold secrets and nobody needs them again.
 *
 * @param owner instance of the process that launched or recovered it
 */
public record ContainerRecord(String owner, SandboxPolicy sandbox, boolean image, Resources resources) {
    static final String FILE = "config";
    private static final String VERSION = "1";

    public static ContainerRecord of(String owner, ContainerSpec spec) {
        return new ContainerRecord(
                owner,
                spec.sandbox(),
                spec.image().isPresent(),
                spec.resources().effective());
    }

    /** Stands for a container whose record is missing: nothing of it is worth keeping. */
    public static ContainerRecord unknown() {
        return new ContainerRecord("", SandboxPolicy.REMOVE, true, Resources.UNLIMITED);
    }

    /** The same container in other hands. */
    public ContainerRecord ownedBy(String instance) {
        return new ContainerRecord(instance, sandbox, image, resources);
    }

    /** The same container with other limits; what it was launched with stays where that cannot change. */
    public ContainerRecord limitedBy(Resources limits) {
        boolean divides = resources.tuning().access().cgroups();
        Tuning.Access access = new Tuning.Access(limits.tuning().access().devices(), divides);
        return new ContainerRecord(
                owner, sandbox, image, limits.with(limits.tuning().with(access)));
    }

    String format() {
        RecordText text = new RecordText();
        text.put("version", VERSION);
        text.put("owner", owner);
        text.put("sandbox", sandbox.name());
        text.put("image", Boolean.toString(image));
        resources.cpus().ifPresent(cpus -> text.put("cpus", Double.toString(cpus)));
        resources.memoryBytes().ifPresent(bytes -> text.put("memory", Long.toString(bytes)));
        resources.pids().ifPresent(pids -> text.put("pids", Long.toString(pids)));
        Requests requests = resources.requests();
        requests.cpus().ifPresent(cpus -> text.put("cpus_requested", Double.toString(cpus)));
        requests.memoryBytes().ifPresent(bytes -> text.put("memory_requested", Long.toString(bytes)));
        resources.diskBytes().ifPresent(bytes -> text.put("disk", Long.toString(bytes)));
        TuningText.put(resources.tuning(), text);
        return text.format();
    }

    static ContainerRecord parse(String content) throws IOException {
        RecordText text = RecordText.parse(content);
        if (!VERSION.equals(text.get("version"))) {
            throw new IOException(
                    "config record has version '" + text.find("version").orElse("") + "', not " + VERSION);
        }
        try {
            Resources limits = new Resources(decimal(text, "cpus"), number(text, "memory"), number(text, "pids"));
            Resources resources = limits.with(
                            new Requests(decimal(text, "cpus_requested"), number(text, "memory_requested")))
                    .with(TuningText.parse(text));
            OptionalLong disk = number(text, "disk");
            if (disk.isPresent()) {
                resources = resources.withDisk(disk.getAsLong());
            }
            return new ContainerRecord(
                    text.get("owner"),
                    SandboxPolicy.valueOf(text.get("sandbox")),
                    Boolean.parseBoolean(text.get("image")),
                    resources);
        } catch (IllegalArgumentException e) {
            throw new IOException("config record is malformed: " + e.getMessage(), e);
        }
    }

    private static OptionalDouble decimal(RecordText text, String key) {
        return text.find(key).map(Double::parseDouble).map(OptionalDouble::of).orElse(OptionalDouble.empty());
    }

    private static OptionalLong number(RecordText text, String key) {
        return text.find(key).map(Long::parseLong).map(OptionalLong::of).orElse(OptionalLong.empty());
    }
}
