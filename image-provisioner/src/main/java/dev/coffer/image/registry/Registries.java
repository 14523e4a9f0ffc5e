package dev.coffer.image.registry;

import dev.coffer.image.ImageReference;
import dev.coffer.image.credentials.CredentialSource;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/** All registries as the operator described them, and the tokens they gave. Thread-safe; lives as long as the agent. */
public final class Registries {
    private final RegistrySettings settings;
    private final CredentialSource credentials;
    private final TokenCache tokens = new TokenCache(Clock.systemUTC());
    private final DnsResolver names;

    /**
     * Registries.
     *
     * @param credentials of the operator
     */
    public Registries(RegistrySettings settings, CredentialSource credentials) {
        this(settings, credentials, SystemDefaultDnsResolver.INSTANCE);
    }

    /** For tests: with names of their own. */
    Registries(RegistrySettings settings, CredentialSource credentials, DnsResolver names) {
        this.settings = settings;
        this.credentials = credentials;
        this.names = names;
    }

    /**
     * An image by its name.
     *
     * @param own credentials that came with the request; they go before the operator's
     */
    public RegistryImage open(ImageReference.Registry reference, CredentialSource own) {
        RegistryHosts.Rules rules = settings.hosts().forPull(reference.host());
        CredentialSource all = own.orElse(credentials);
        List<RegistryClient> places = new ArrayList<>();
        for (String mirror : rules.mirrors()) {
            places.add(client(reference, RegistryAddress.ofMirror(mirror, settings.hosts()), all));
        }
        if (rules.origin() || places.isEmpty()) {
            places.add(client(reference, RegistryAddress.of(reference.host(), settings.hosts()), all));
        }
        return places.size() == 1 ? places.get(0) : new MirroredImage(places);
    }

    private RegistryClient client(ImageReference.Registry reference, RegistryAddress address, CredentialSource all) {
        return new RegistryClient(reference, address, settings, all, tokens, names);
    }
}
