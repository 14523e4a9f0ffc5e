package dev.coffer.isolators.cgroup;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.flag.Syntax;
import dev.coffer.linux.cgroup.DeviceRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * {@code --allowed_devices}: entries of a path and what may be done with the device there.
 *
 * <pre>{@code
 * {"allowed_devices": [{"device": {"path": "/dev/fuse"}, "access": {"read": true, "write": true, "mknod": false}}]}
 * }</pre>
 */
public record AllowedDevices(List<Entry> entries) {
    public static final AllowedDevices NONE = new AllowedDevices(List.of());

    private static final int S_IFMT = 0xf000;
    private static final int S_IFCHR = 0x2000;
    private static final int S_IFBLK = 0x6000;

    /** One device, named by its path on the host. */
    public record Entry(Path path, String access) {}

    /** The rules for the devices that these paths lead to now. */
    List<DeviceRule> rules() {
        List<DeviceRule> rules = new ArrayList<>();
        for (Entry entry : entries) {
            rules.add(ruleFor(entry));
        }
        return rules;
    }

    private static DeviceRule ruleFor(Entry entry) {
        int mode;
        long device;
        try {
            mode = (Integer) Files.getAttribute(entry.path(), "unix:mode");
            device = (Long) Files.getAttribute(entry.path(), "unix:rdev");
        } catch (IOException e) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot use --allowed_devices: cannot find device " + entry.path() + ": " + e
                            + "; name one that exists on this host",
                    e);
        }
        int type = mode & S_IFMT;
        if (type != S_IFCHR && type != S_IFBLK) {
            throw new IsolationException(
                    Fault.USER_SPEC,
                    "cannot use --allowed_devices: " + entry.path() + " is neither a character nor a block device");
        }
        return new DeviceRule(
                type == S_IFCHR ? 'c' : 'b',
                OptionalInt.of(majorOf(device)),
                OptionalInt.of(minorOf(device)),
                entry.access());
    }

    /** See <a href="https://man7.org/linux/man-pages/man3/major.3.html">major(3)</a>. */
    static int majorOf(long device) {
        return (int) (((device >>> 32) & 0xfffff000L) | ((device >>> 8) & 0xfffL));
    }

    static int minorOf(long device) {
        return (int) (((device >>> 12) & 0xffffff00L) | (device & 0xffL));
    }

    /** Reads the flag; whether the devices exist is not asked here. */
    static final class Json implements Syntax<AllowedDevices> {
        @Override
        public String label() {
            return "JSON";
        }

        @Override
        public String expected() {
            return "JSON such as {\"allowed_devices\":[{\"device\":{\"path\":\"/dev/fuse\"},\"access\":{\"read\":true}}]}";
        }

        @Override
        public AllowedDevices parse(String text) {
            Map<String, Object> document;
            try {
                document =
                        JSON.std.with(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS).mapFrom(text);
            } catch (IOException e) {
                throw new IllegalArgumentException("it is not JSON", e);
            }
            if (document == null) {
                throw new IllegalArgumentException("it is null");
            }
            List<Entry> entries = new ArrayList<>();
            requireOnly(document, Set.of("allowed_devices"));
            if (!(document.get("allowed_devices") instanceof List<?> list)) {
                throw new IllegalArgumentException("'allowed_devices' must be a list");
            }
            for (Object element : list) {
                entries.add(entry(element));
            }
            return new AllowedDevices(List.copyOf(entries));
        }

        private static Entry entry(Object element) {
            if (!(element instanceof Map<?, ?> map)
                    || !(map.get("device") instanceof Map<?, ?> device)
                    || !(map.get("access") instanceof Map<?, ?> access)) {
                throw new IllegalArgumentException("each entry must have a 'device' and an 'access'");
            }
            requireOnly(map, Set.of("device", "access"));
            requireOnly(device, Set.of("path"));
            requireOnly(access, Set.of("read", "write", "mknod"));
            if (!(device.get("path") instanceof String path) || !path.startsWith("/")) {
                throw new IllegalArgumentException("a device needs an absolute 'path'");
            }
            String allowed = letter(access, "read", "r") + letter(access, "write", "w") + letter(access, "mknod", "m");
            if (allowed.isEmpty()) {
                throw new IllegalArgumentException("device " + path + " needs at least one of read, write and mknod");
            }
            return new Entry(pathOf(path), allowed);
        }

        private static Path pathOf(String path) {
            try {
                return Path.of(path);
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException("a device's 'path' must be a path", e);
            }
        }

        private static String letter(Map<?, ?> access, String key, String letter) {
            Object value = access.get(key);
            if (value != null && !(value instanceof Boolean)) {
                throw new IllegalArgumentException("'" + key + "' must be true or false");
            }
            return Boolean.TRUE.equals(value) ? letter : "";
        }

        private static void requireOnly(Map<?, ?> map, Set<String> known) {
            for (Object key : map.keySet()) {
                if (!known.contains(String.valueOf(key))) {
                    throw new IllegalArgumentException("'" + key + "' is not understood here; known are " + known);
                }
            }
        }
    }
}
