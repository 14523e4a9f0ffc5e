package dev.coffer.cli.syntax;

import dev.coffer.container.HostVolume;
import dev.coffer.container.ImageVolume;
import dev.coffer.container.SandboxVolume;
import dev.coffer.container.SandboxVolume.Owner;
import dev.coffer.container.Volume;
import dev.coffer.container.Volume.Propagation;
import java.nio.file.Path;
import java.util.Locale;

/** {@code type=image,source=REF,target=DIR,readonly}, as docker writes it. */
final class MountWords {
    private String type = "bind";
    private String source = "";
    private String target = "";
    private boolean readOnly;
    private boolean mapped;
    private Propagation propagation = Propagation.PRIVATE;

    private MountWords() {}

    static Volume parse(String text) {
        MountWords words = new MountWords();
        for (String word : text.split(",", -1)) {
            int equals = word.indexOf('=');
            words.read(equals < 0 ? word : word.substring(0, equals), equals < 0 ? "" : word.substring(equals + 1));
        }
        return words.volume();
    }

    private void read(String key, String value) {
        switch (key.toLowerCase(Locale.ROOT)) {
            case "type" -> type = value;
            case "source", "src" -> source = value;
            case "target", "destination", "dst" -> target = value;
            case "readonly", "ro" -> readOnly = !value.equals("false") && !value.equals("0");
            case "idmap" -> mapped = !value.equals("false") && !value.equals("0");
            case "propagation", "bind-propagation" -> propagation = propagation(value);
            default ->
                throw new IllegalArgumentException(
                        "unknown key '" + key + "'; there is type, source, target, readonly, idmap and propagation");
        }
    }

    private static Propagation propagation(String word) {
        return switch (word) {
            case "private", "rprivate" -> Propagation.PRIVATE;
            case "slave", "rslave" -> Propagation.SLAVE;
            case "shared", "rshared" ->
                throw new IllegalArgumentException("propagation '" + word
                        + "' (BIDIRECTIONAL) is not supported: no mount of a container reaches the host; use rslave");
            default -> throw new IllegalArgumentException("propagation is rprivate or rslave, not '" + word + "'");
        };
    }

    private Volume volume() {
        if (source.isEmpty() || target.isEmpty()) {
            throw new IllegalArgumentException("it needs source= and target=");
        }
        return switch (type) {
            case "bind" -> new HostVolume(Path.of(source), target, readOnly, propagation, mapped);
            case "sandbox" -> new SandboxVolume(Owner.SELF, source, target, readOnly);
            case "image" -> new ImageVolume(source, target, readOnly);
            default -> throw new IllegalArgumentException("type is bind, sandbox or image, not '" + type + "'");
        };
    }
}
