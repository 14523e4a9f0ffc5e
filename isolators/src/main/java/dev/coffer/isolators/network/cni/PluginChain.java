package dev.coffer.isolators.network.cni;

import dev.coffer.container.ContainerException.IsolationException;
import dev.coffer.container.Fault;
import dev.coffer.isolators.network.cni.Plugins.Call;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs all plugins of a network.
 *
 * @see <a href="https://www.cni.dev/docs/spec/#section-3-execution-of-network-configurations">execution</a>
 */
final class PluginChain {
    private final Plugins plugins;

    PluginChain(Plugins plugins) {
        this.plugins = plugins;
    }

    /** Finds out whether all plugins are there, before the first of them changes something. */
    void require(NetworkList network) {
        network.plugins().forEach(plugin -> plugins.find(NetworkList.typeOf(plugin)));
    }

    /** Each plugin gets the result of the one before; that of the last is the network's. */
    Attachment add(String container, String namespace, Attachment attachment) {
        Call call = new Call("ADD", container, namespace, attachment);
        Optional<Map<String, Object>> result = Optional.empty();
        for (Map<String, Object> plugin : attachment.network().plugins()) {
            String type = NetworkList.typeOf(plugin);
            String output = plugins.run(type, call, attachment.configurationOf(plugin, result));
            result = Optional.of(result(call, type, output));
        }
        return attachment.with(result.orElseThrow());
    }

    private static Map<String, Object> result(Call call, String type, String output) {
        try {
            Map<String, Object> result = JsonObject.parse(output).members();
            CniResult unused = CniResult.of(result);
            return result;
        } catch (IllegalArgumentException e) {
            throw new IsolationException(
                    Fault.REMOTE, "cannot " + call.purpose(type) + ": its result cannot be used: " + e.getMessage(), e);
        }
    }

    /** Backwards; every plugin is run even if one fails, whose failure is thrown then. */
    void delete(String container, String namespace, Attachment attachment) {
        Call call = new Call("DEL", container, namespace, attachment);
        Optional<Map<String, Object>> result =
                attachment.network().knowsCheck() ? attachment.result() : Optional.empty();
        List<Map<String, Object>> all = attachment.network().plugins();
        IsolationException failure = null;
        for (int i = all.size() - 1; i >= 0; i--) {
            try {
                plugins.run(NetworkList.typeOf(all.get(i)), call, attachment.configurationOf(all.get(i), result));
            } catch (IsolationException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    /**
     * Asks each plugin whether all is as it left it; nothing is asked of a network that says so, or is older than CHECK.
     *
     * @throws IsolationException with the words of the first plugin that finds something missing
     */
    void check(String container, String namespace, Attachment attachment) {
        NetworkList network = attachment.network();
        if (network.disableCheck() || !network.knowsCheck()) {
            return;
        }
        Call call = new Call("CHECK", container, namespace, attachment);
        for (Map<String, Object> plugin : network.plugins()) {
            plugins.run(NetworkList.typeOf(plugin), call, attachment.configurationOf(plugin, attachment.result()));
        }
    }
}
