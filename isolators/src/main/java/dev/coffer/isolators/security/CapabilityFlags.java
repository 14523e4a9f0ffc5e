package dev.coffer.isolators.security;

import com.fasterxml.jackson.jr.ob.JSON;
import dev.coffer.flag.Flag;
import dev.coffer.flag.Syntax;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Flags of {@code linux/capabilities}, in the JSON of a Mesos CapabilityInfo. */
final class CapabilityFlags {
    static final Flag<Optional<List<String>>> EFFECTIVE = Flag.optional(
                    "effective_capabilities",
                    new CapabilityInfo(),
                    "Capabilities of tasks that ask for none in particular.")
            .whenUnset("the small default set of linux/capabilities");

    static final Flag<Optional<List<String>>> ALLOWED = Flag.optional(
                    "allowed_capabilities", new CapabilityInfo(), "The older name of --effective_capabilities.")
            .whenUnset("--effective_capabilities");

    static final Flag<Optional<List<String>>> BOUNDING = Flag.optional(
                    "bounding_capabilities",
                    new CapabilityInfo(),
                    "Capabilities that no task, nor what it starts, can ever exceed.")
            .whenUnset("what the task has in effect");

    static final List<Flag<?>> ALL = List.of(EFFECTIVE, ALLOWED, BOUNDING);

    private CapabilityFlags() {}

    /** Names as they were written, known ones all of them; one may be {@code ALL}. */
    private record CapabilityInfo() implements Syntax<List<String>> {
        private static final String MEMBER = "capabilities";

        @Override
        public String label() {
            return "JSON";
        }

        @Override
        public String expected() {
            return "JSON such as {\"capabilities\": [\"NET_BIND_SERVICE\", \"CHOWN\"]}, with names of capabilities(7) or ALL";
        }

        @Override
        public List<String> parse(String text) {
            Map<String, Object> object = object(text);
            if (!(object.get(MEMBER) instanceof List<?> list) || object.size() != 1) {
                throw new IllegalArgumentException("it must have a list 'capabilities' and nothing else");
            }
            List<String> names = new ArrayList<>();
            for (Object element : list) {
                if (!(element instanceof String name)
                        || (!name.equalsIgnoreCase(CapabilityPolicy.ALL)
                                && Capability.named(name).isEmpty())) {
                    throw new IllegalArgumentException("there is no capability '" + element + "'");
                }
                names.add(name);
            }
            return List.copyOf(names);
        }

        private static Map<String, Object> object(String text) {
            Map<String, Object> object;
            try {
                object = JSON.std.with(JSON.Feature.FAIL_ON_DUPLICATE_MAP_KEYS).mapFrom(text);
            } catch (IOException e) {
                throw new IllegalArgumentException("it is not a JSON object", e);
            }
            if (object == null) {
                throw new IllegalArgumentException("it is not a JSON object");
            }
            return object;
        }
    }
}
