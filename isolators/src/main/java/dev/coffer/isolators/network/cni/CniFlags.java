package dev.coffer.isolators.network.cni;

import dev.coffer.flag.Flag;
import dev.coffer.flag.Syntax;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Flags of {@code network/cni}. */
final class CniFlags {
    static final Flag<Optional<List<Path>>> PLUGINS_DIR = Flag.optional(
                    "network_cni_plugins_dir", new SearchPath(), "Where CNI plugins are; the first that has one wins.")
            .whenUnset("containers can be in no CNI network");

    static final Flag<Optional<Path>> CONFIG_DIR = Flag.optional(
                    "network_cni_config_dir",
                    Syntax.path(),
                    "Where CNI networks are configured; read again for each container.")
            .whenUnset("containers can be in no CNI network");

    static final Flag<Boolean> PERSIST = Flag.of(
                    "network_cni_root_dir_persist",
                    Syntax.bool(),
                    "true",
                    "Keep what undoes an attachment in work_dir, where it survives a reboot, instead of runtime_dir.")
            .otherThanMesos("false", "an address given out before a reboot would never be given back");

    static final Flag<Boolean> METRICS =
            Flag.of("network_cni_metrics", Syntax.bool(), "true", "Count what containers send and receive.");

    static final Flag<Optional<DnsDefaults>> DNS = Flag.optional(
                    "default_container_dns",
                    new DnsDefaults.JsonSyntax(),
                    "DNS of containers whose network does not bring its own, as the Mesos agent reads it.")
            .whenUnset("the host's");

    static final Flag<Optional<String>> DEFAULT_NETWORK = Flag.optional(
                    "network_cni_default", Syntax.text(), "The network that coffer run uses if none is named.")
            .whenUnset("the first by file name in network_cni_config_dir")
            .notInMesos();

    static final Flag<Duration> TIMEOUT = Flag.of(
                    "network_cni_plugin_timeout",
                    Syntax.duration(),
                    "1mins",
                    "How long one call of a plugin may take before it is killed.")
            .notInMesos();

    static final List<Flag<?>> ALL = List.of(PLUGINS_DIR, CONFIG_DIR, PERSIST, METRICS, DNS, DEFAULT_NETWORK, TIMEOUT);

    private CniFlags() {}
}
